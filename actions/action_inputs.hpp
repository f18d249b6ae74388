#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "actions/action.hpp"
#include "agent/expression/condition.hpp"

namespace ibtest {

/// One of a list of values with names.
struct NamedValue {
  std::string name;
  std::string value;
};

/// The resolved, typed inputs of one attempt: one element for object modules, one per item for list modules.
class ActionInputs {
 public:
  class Item {
   public:
    /// Present in the document (not filled from a default).
    [[nodiscard]] bool given(std::string_view key) const;
    [[nodiscard]] const std::string& text(std::string_view key) const;
    [[nodiscard]] const std::vector<std::string>& list(std::string_view key) const;
    [[nodiscard]] const std::map<std::string, std::string>& map(std::string_view key) const;
    [[nodiscard]] const std::vector<NamedValue>& named_values(std::string_view key) const;
    [[nodiscard]] bool flag(std::string_view key) const;
    [[nodiscard]] std::int64_t number(std::string_view key) const;

   private:
    friend class ActionInputs;
    friend class ActionInputsDecoder;
    using Content = std::variant<std::string, std::vector<std::string>, bool, std::int64_t,
                                 std::map<std::string, std::string>, std::vector<NamedValue>>;
    struct Value {
      std::string_view name;
      bool given = false;
      Content value;
    };
    [[nodiscard]] const Value& value(std::string_view key) const;
    std::vector<Value> values_;
  };

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] const Item& object() const { return items_.front(); }
  /// Of modules whose inputs are a condition.
  [[nodiscard]] const ResolvedCondition& condition() const { return condition_; }
  /// As the result files show them: a list of objects in table order, defaults filled in (OUT-3).
  [[nodiscard]] nlohmann::ordered_json to_json() const;

 private:
  friend class ActionInputsDecoder;
  const ActionModule* module_ = nullptr;
  std::vector<Item> items_;
  ResolvedCondition condition_;
  nlohmann::ordered_json condition_json_;
};

}  // namespace ibtest
