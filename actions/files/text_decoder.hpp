#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "actions/files/text_encoding.hpp"

namespace ibtest {

/// Turns the bytes of a file into UTF-8, chunk by chunk. A leading byte order mark is dropped; a big-endian one selects
/// big-endian for the names `utf16` and `utf32` without LE or BE (ENC-2). What cannot be decoded becomes U+FFFD
/// (ENC-4).
class TextDecoder {
 public:
  /// `name` is one of encoding_names.
  explicit TextDecoder(std::string_view name);

  /// Appends the text of the bytes to `output`, except for a character at their end that may go on.
  void feed(std::string_view bytes, std::string& output);
  /// The file has ended: what is unfinished cannot be decoded.
  void finish(std::string& output);
  /// How many characters could not be decoded.
  [[nodiscard]] std::size_t errors() const { return errors_; }

 private:
  [[nodiscard]] std::size_t unit_size() const;
  [[nodiscard]] char32_t unit_at(std::string_view bytes) const;
  void drop_mark();
  void decode(std::string& output, bool at_end);
  std::size_t take_utf8(std::string_view bytes, bool at_end, std::string& output);
  std::size_t take_units(std::string_view bytes, bool at_end, std::string& output);
  void replace(std::string& output);

  TextEncoding encoding_;
  bool mark_decides_;
  bool at_begin_ = true;
  std::string pending_;
  std::size_t errors_ = 0;
};

}  // namespace ibtest
