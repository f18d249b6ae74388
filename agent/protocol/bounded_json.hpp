#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

namespace ibtest {

/// How much a JSON text of unknown origin may hold. Whoever writes or copies JSON goes as deep as it is nested, and
/// a tree takes many times the bytes of its text.
struct JsonBounds {
  std::size_t depth = 200;         ///< of objects and lists in each other
  std::size_t values = 2'000'000;  ///< keys, objects and lists included
};

/// Whether `text` is JSON within the bounds. Takes no memory worth mentioning, and stops where they are passed.
[[nodiscard]] bool is_bounded_json(std::string_view text, JsonBounds bounds);

/// The value of a text; is_discarded() when it is no JSON or beyond the bounds.
template <typename Json = nlohmann::json>
[[nodiscard]] Json parse_bounded_json(std::string_view text, JsonBounds bounds = {}) {
  if (!is_bounded_json(text, bounds)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, false);
}

}  // namespace ibtest
