#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/protocol/utf8.hpp"

namespace ibtest {

/// How the text between the quotes of a JSON string is written.
enum class JsonEscaping {
  minimal,  ///< the wire: only what must be escaped; invalid UTF-8 becomes U+FFFD
  html,     ///< the result files: as Go's encoder, with <, >, &, U+2028, U+2029 and invalid UTF-8 escaped (LOG-13)
};

/// How many bytes at the start of `text` stand for themselves in a JSON string.
[[nodiscard]] std::size_t json_plain_prefix(std::string_view text, JsonEscaping escaping);

/// What stands for the start of a text that has no plain prefix, and how many bytes of it that covers.
struct JsonEscape {
  std::string_view text;
  std::size_t covered = 1;
};
[[nodiscard]] JsonEscape json_escape(std::string_view text, JsonEscaping escaping);

/// Gives `sink` the escaped text in pieces, without the quotes. Nothing of the size of the text is allocated.
template <typename Sink>
void escape_json(std::string_view text, JsonEscaping escaping, Sink&& sink) {
  while (!text.empty()) {
    if (const auto plain = json_plain_prefix(text, escaping); plain != 0) {
      sink(text.substr(0, plain));
      text.remove_prefix(plain);
    } else {
      const auto escape = json_escape(text, escaping);
      sink(escape.text);
      text.remove_prefix(escape.covered);
    }
  }
}

/// Appends the text as a JSON string with its quotes.
void append_json_string(std::string& output, std::string_view text);

}  // namespace ibtest
