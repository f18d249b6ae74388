#include "agent/protocol/line_buffer.hpp"

#include <utility>

#include "agent/protocol/exchange_frame.hpp"

namespace ibtest {

void LineBuffer::append(std::string_view bytes) {
  if (taken_ > 0 && taken_ >= bytes_.size() / 2) {
    bytes_.erase(0, taken_);
    searched_ -= taken_;
    if (data_end_) *data_end_ -= taken_;
    taken_ = 0;
  }
  bytes_.append(bytes);
}

std::string LineBuffer::take(std::size_t end) {
  std::string line = bytes_.substr(taken_, end - taken_);
  taken_ = searched_ = end + 1;
  return line;
}

std::optional<std::string> LineBuffer::take_line() {
  if (!data_end_) {
    const auto end = bytes_.find('\n', searched_);
    if (end == std::string::npos) {
      searched_ = bytes_.size();
      return std::nullopt;
    }
    const auto size = exchange_data_size(std::string_view(bytes_).substr(taken_, end - taken_));
    if (!size) return take(end);
    searched_ = end;
    data_end_ = end + 1 + *size;
  }
  if (bytes_.size() <= *data_end_) return std::nullopt;  // the line break behind the bytes is missing
  return take(*std::exchange(data_end_, std::nullopt));
}

std::optional<std::string> LineBuffer::take_rest() {
  if (waiting() == 0) return std::nullopt;
  data_end_.reset();
  std::string rest = bytes_.substr(taken_);
  taken_ = searched_ = bytes_.size();
  return rest;
}

}  // namespace ibtest
