#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

#include "agent/journal/buffered_file.hpp"
#include "agent/protocol/value_mask.hpp"

namespace ibtest {

/// Writes JSON with an indent of four blanks to a file as it goes, escaped as Go does.
class IndentedJson {
 public:
  IndentedJson(BufferedFile& file, const ValueMask& mask) : file_(file), mask_(mask) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// Starts an element of an array; containers follow by begin_...().
  void element();
  void key(std::string_view name);
  void text(std::string_view value);
  /// A text that may hold a value that must not be shown (D-19).
  void masked_text(std::string_view value);
  void number(std::int64_t value);
  void flag(bool value);
  void null() { file_.append("null"); }
  /// Any value, as a tree.
  void value(const nlohmann::ordered_json& value);
  /// A string that holds the compact JSON of `value`, its texts masked (OUT-1, LOG-13).
  void compact_text(const nlohmann::ordered_json& value);

 private:
  void begin(char bracket);
  void end(char bracket);
  void new_line();

  BufferedFile& file_;
  const ValueMask& mask_;
  std::size_t depth_ = 0;
  bool empty_ = true;  ///< nothing stands in the innermost container yet
};

}  // namespace ibtest
