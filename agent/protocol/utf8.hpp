#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ibtest {

/// U+FFFD, which stands for each byte that is not part of a valid UTF-8 sequence (OUT-11).
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

/// Length of the valid sequence at the start of `text`; 0 for none. Surrogates, overlong forms and values above
/// U+10FFFF are not valid.
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text);
/// Whether all of `text` is the start of one valid sequence whose rest is missing.
[[nodiscard]] bool is_cut_utf8_sequence(std::string_view text);
/// How many bytes at the start of `text` are valid UTF-8.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text);
/// The text with every invalid byte replaced.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);

/// The same for text that comes in chunks: a sequence cut at the end of one chunk is completed by the next.
class Utf8Sanitizer {
 public:
  /// Appends the valid form of the bytes to `output`; keeps up to three bytes of an unfinished sequence.
  void feed(std::string_view bytes, std::string& output);
  /// The stream has ended: what is still kept is invalid.
  void finish(std::string& output);

 private:
  std::string pending_;
};

}  // namespace ibtest
