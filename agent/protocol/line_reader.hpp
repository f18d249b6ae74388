#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <nlohmann/json.hpp>

#include "agent/protocol/bounded_json.hpp"
#include "agent/protocol/event.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

/// Reads the fields of one JSON object; every deviation is a Fault that names the field.
class LineReader {
 public:
  /// `what` names the kind of line in messages: "event", "command".
  LineReader(std::string_view line, std::string_view what, JsonBounds bounds = {})
      : what_(what), object_(parse_bounded_json(line, bounds)) {
    if (!object_.is_object()) refuse("it is no JSON object, or a larger one than any");
  }
  LineReader(nlohmann::json object, std::string_view what) : what_(what), object_(std::move(object)) {
    if (!object_.is_object()) refuse("it is no JSON object");
  }

  [[nodiscard]] bool has(const char* key) const { return object_.contains(key); }
  [[nodiscard]] const nlohmann::json& value(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) refuse(std::string("`") + key + "` is missing");
    return *found;
  }
  [[nodiscard]] std::string text(const char* key) const {
    const auto& field = value(key);
    if (!field.is_string()) refuse(std::string("`") + key + "` is no text");
    return field.get<std::string>();
  }
  [[nodiscard]] bool flag(const char* key) const {
    const auto& field = value(key);
    if (!field.is_boolean()) refuse(std::string("`") + key + "` is neither true nor false");
    return field.get<bool>();
  }
  template <typename Integer>
  [[nodiscard]] Integer number(const char* key) const {
    const auto& field = value(key);
    const bool fits = field.is_number_unsigned()
                          ? std::in_range<Integer>(field.get<std::uint64_t>())
                          : field.is_number_integer() && std::in_range<Integer>(field.get<std::int64_t>());
    if (!fits) refuse(std::string("`") + key + "` is no number in its range");
    return field.is_number_unsigned() ? static_cast<Integer>(field.get<std::uint64_t>())
                                      : static_cast<Integer>(field.get<std::int64_t>());
  }
  [[nodiscard]] StepAddress address() const {
    return {number<std::uint32_t>("d"), number<std::uint32_t>("p"), number<std::uint32_t>("s")};
  }
  [[nodiscard]] Status status() const {
    const auto status = status_from_word(text("status"));
    if (!status) refuse("`status` is no known status");
    return *status;
  }
  [[noreturn]] void refuse(const std::string& reason) const {
    throw Fault(ExitStatus::target_failed, "reading " + std::string(what_) + ": " + reason,
                "ibtest and its agent must be of the same version");
  }

 private:
  std::string_view what_;
  nlohmann::json object_;
};

}  // namespace ibtest
