#include "agent/protocol/line_buffer.hpp"

#include <algorithm>
#include <utility>

#include "agent/protocol/exchange_frame.hpp"

namespace ibtest {

void LineBuffer::append(std::string_view bytes) {
  while (!bytes.empty()) {
    if (missing_) {
      const auto part = bytes.substr(0, *missing_);
      std::ranges::copy(part, begun_.end() - static_cast<std::ptrdiff_t>(*missing_));
      bytes.remove_prefix(part.size());
      came(part.size());
      continue;
    }
    const auto end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    const bool whole = bytes[end - 1] == '\n';
    begun_ += bytes.substr(0, end);
    bytes.remove_prefix(end);
    if (!whole) return;
    if (const auto size = exchange_data_size(std::string_view(begun_).substr(0, begun_.size() - 1))) {
      missing_ = *size + 1;
      begun_.resize(begun_.size() + *missing_);
    } else {
      hand_out();
    }
  }
}

std::span<char> LineBuffer::space() {
  if (!missing_) return line_space_;
  return std::span(begun_).last(*missing_);
}

void LineBuffer::received(std::size_t size) {
  if (missing_) return came(size);
  append({line_space_.data(), size});
}

void LineBuffer::came(std::size_t size) {
  *missing_ -= size;
  if (*missing_ == 0) hand_out();
}

void LineBuffer::hand_out() {
  begun_.pop_back();  // the line break
  ready_size_ += begun_.size();
  ready_.push_back(std::exchange(begun_, {}));
  missing_.reset();
}

std::optional<std::string> LineBuffer::take_line() {
  if (ready_.empty()) return std::nullopt;
  std::string line = std::move(ready_.front());
  ready_.pop_front();
  ready_size_ -= line.size();
  return line;
}

std::optional<std::string> LineBuffer::take_rest() {
  if (begun_.empty()) return std::nullopt;
  begun_.resize(begun_.size() - std::exchange(missing_, std::nullopt).value_or(0));
  return std::exchange(begun_, {});
}

}  // namespace ibtest
