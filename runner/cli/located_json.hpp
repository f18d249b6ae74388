#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/document/source_text.hpp"

namespace ibtest {

/// A JSON text whose values know where they stand.
class LocatedJson {
 public:
  /// Throws Fault (not_runnable) with the place for a text that is no JSON, or is nested deeper than 32 levels.
  explicit LocatedJson(SourceText source);

  [[nodiscard]] const nlohmann::ordered_json& value() const { return value_; }
  /// "file:line:column" of the value that a JSON pointer ("/documents/0/path") leads to.
  [[nodiscard]] std::string place(const std::string& pointer) const;
  /// Pointers to values that stand for an earlier one with the same key.
  [[nodiscard]] const std::vector<std::string>& duplicates() const { return duplicates_; }

 private:
  [[nodiscard]] std::string place_at(std::size_t offset) const;

  SourceText source_;
  nlohmann::ordered_json value_;
  std::map<std::string, std::size_t> offsets_;  ///< by JSON pointer
  std::vector<std::string> duplicates_;
};

}  // namespace ibtest
