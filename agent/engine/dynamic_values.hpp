#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/expression/reference.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest {

/// Where dynamic references find their values (VAR-19 to VAR-23): the steps' environment, this machine, and what the
/// user gave for what only a machine in the cloud knows.
class DynamicValues {
 public:
  explicit DynamicValues(const Job& job) : job_(job) {}

  struct Value {
    std::string text;
    bool secure = false;  ///< a SecureString: must not be seen in any log (VAR-19)
  };
  /// What the reference stands for in this phase and step. Throws UnresolvedReference with the reason.
  [[nodiscard]] Value value_of(const Reference& reference, const DynamicReference& dynamic, const std::string& phase,
                               const std::string& step,
                               const std::map<std::string, std::string, std::less<>>& variables) const;

 private:
  [[nodiscard]] Value parameter_store_value(const Reference& reference, const std::string& name,
                                            const std::map<std::string, std::string, std::less<>>& variables) const;
  [[nodiscard]] std::optional<Value> given_value(const std::string& source, const std::string& name) const;
  [[nodiscard]] std::string context_value(const Reference& reference, const std::string& key) const;

  const Job& job_;
};

}  // namespace ibtest
