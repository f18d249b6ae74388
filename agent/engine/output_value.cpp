#include "agent/engine/output_value.hpp"

#include <algorithm>
#include <utility>

namespace ibtest {

std::size_t incomplete_utf8_tail(std::string_view bytes) {
  for (std::size_t size = std::min<std::size_t>(3, bytes.size()); size > 0; --size) {
    if (is_cut_utf8_sequence(bytes.substr(bytes.size() - size))) return size;
  }
  return 0;
}

void OutputValue::append(std::string_view bytes) {
  // Untouched pages cost nothing, copies of a growing buffer do. One byte may become a replacement character of three.
  constexpr std::size_t small = 64U << 10U;
  constexpr std::size_t piece = 64U << 10U;
  if (text_.size() + bytes.size() > small && text_.capacity() < limit_) text_.reserve(limit_ + 3 * piece);
  while (!bytes.empty() && !cut_) {
    sanitizer_.feed(bytes.substr(0, piece), text_);
    bytes.remove_prefix(std::min(piece, bytes.size()));
    cut_to_limit();
  }
}

void OutputValue::cut_to_limit() {
  if (text_.size() <= limit_) return;
  cut_ = true;
  text_.resize(limit_);
  text_.resize(text_.size() - incomplete_utf8_tail(text_));
}

std::string OutputValue::take() {
  if (!cut_) {
    sanitizer_.finish(text_);
    cut_to_limit();
  }
  const std::size_t end = text_.find_last_not_of("\r\n");
  text_.resize(end == std::string::npos ? 0 : end + 1);
  return std::exchange(text_, {});
}

void OutputTail::append(std::string_view bytes) {
  if (bytes.size() > size_) bytes.remove_prefix(bytes.size() - size_);
  text_.append(bytes);
  if (text_.size() > 2 * size_) text_.erase(0, text_.size() - size_);
}

std::string OutputTail::take() {
  return std::exchange(text_, {});
}

}  // namespace ibtest
