#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// What an editor may have put before the first line of a file in UTF-8; not part of its text.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// A place in a source text. Lines and columns count from 1; columns count code points, not bytes. 0 means unknown.
struct SourcePosition {
  std::size_t offset = 0;  ///< bytes from the start of the text
  std::size_t line = 0;
  std::size_t column = 0;

  friend bool operator==(const SourcePosition&, const SourcePosition&) = default;
};

/// A half-open range of a source text.
struct SourceRange {
  SourcePosition begin;
  SourcePosition end;

  friend bool operator==(const SourceRange&, const SourceRange&) = default;
};

/// A document's text as its author wrote it, with the name that messages call it by. A byte order mark at its start
/// belongs to no line and counts as no column.
class SourceText {
 public:
  SourceText(std::string name, std::string text);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// The line with that number (from 1) without its line break; empty past the end.
  [[nodiscard]] std::string_view line(std::size_t number) const;
  [[nodiscard]] std::size_t line_count() const { return line_starts_.size(); }
  /// The offset at which the line with that number (from 1) starts; the end of the text past the last one.
  [[nodiscard]] std::size_t line_start(std::size_t number) const;
  /// The position of a byte offset; offsets past the end give the end.
  [[nodiscard]] SourcePosition position(std::size_t offset) const;
  [[nodiscard]] SourceRange range(std::size_t begin, std::size_t end) const { return {position(begin), position(end)}; }

 private:
  [[nodiscard]] std::size_t continuation_bytes_before(std::size_t offset) const;

  std::string name_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
  /// UTF-8 continuation bytes before every 256th byte: columns of very long lines must not cost their length each.
  std::vector<std::uint32_t> continuation_bytes_;
};

}  // namespace ibtest
