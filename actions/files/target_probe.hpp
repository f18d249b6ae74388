#pragma once

#include "actions/action_context.hpp"
#include "agent/expression/condition.hpp"

namespace ibtest {

/// Answers the file operators of conditions on this machine, as the steps would find it (COND-19, COND-20).
class TargetProbe : public ConditionProbe {
 public:
  explicit TargetProbe(const ActionContext& context) : context_(context) {}

  [[nodiscard]] bool program_exists(const std::string& name) override;
  [[nodiscard]] bool file_exists(const std::string& path) override;
  [[nodiscard]] bool folder_exists(const std::string& path) override;
  [[nodiscard]] std::optional<std::string> file_digest(std::string_view algorithm, const std::string& path) override;

 private:
  const ActionContext& context_;
};

}  // namespace ibtest
