#include "runner/report/output_tail.hpp"

#include <algorithm>

namespace ibtest {

OutputTail::OutputTail(std::size_t lines, std::size_t bytes_per_line)
    : capacity_(lines), bytes_per_line_(bytes_per_line) {}

void OutputTail::append(OutputStream stream, std::string_view bytes) {
  std::string& partial = partial_[stream == OutputStream::standard_error ? 1 : 0];
  // Only the last `capacity_` complete lines of this piece can survive: find where they start, from the end.
  std::size_t start = bytes.size();
  std::size_t found = 0;
  while (start > 0) {
    const std::size_t line_end = bytes.rfind('\n', start - 1);
    if (line_end == std::string_view::npos) {
      start = 0;
      break;
    }
    if (found == capacity_) {
      start = line_end + 1;
      break;
    }
    ++found;
    start = line_end;
  }
  if (start > 0) {
    bytes.remove_prefix(start);
    partial.clear();
    dropped_ = true;
  }
  for (;;) {
    const std::size_t line_end = bytes.find('\n');
    extend(partial, bytes.substr(0, line_end));
    if (line_end == std::string_view::npos) return;
    add_line(std::move(partial));
    partial.clear();
    bytes.remove_prefix(line_end + 1);
  }
}

void OutputTail::extend(std::string& partial, std::string_view bytes) const {
  // A progress bar overwrites its line: what came before the last carriage return is not visible any more.
  const std::size_t overwritten = bytes.size() < 2 ? std::string_view::npos : bytes.rfind('\r', bytes.size() - 2);
  if (overwritten != std::string_view::npos) {
    partial.clear();
    bytes.remove_prefix(overwritten + 1);
  }
  if (!partial.empty() && partial.back() == '\r' && !bytes.empty() && bytes != "\r") partial.clear();
  if (partial.size() < bytes_per_line_) partial.append(bytes.substr(0, bytes_per_line_ - partial.size()));
}

void OutputTail::add_line(std::string line) {
  if (!line.empty() && line.back() == '\r') line.pop_back();
  complete_.push_back(std::move(line));
  if (complete_.size() > capacity_) {
    complete_.pop_front();
    dropped_ = true;
  }
}

void OutputTail::clear() {
  complete_.clear();
  partial_[0].clear();
  partial_[1].clear();
  dropped_ = false;
}

std::vector<std::string> OutputTail::lines() const {
  return last(capacity_);
}

std::vector<std::string> OutputTail::last(std::size_t count) const {
  std::vector<std::string> all(complete_.begin(), complete_.end());
  for (const std::string& partial : partial_) {
    if (!partial.empty()) all.push_back(partial);
  }
  if (all.size() > count) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(count));
  return all;
}

}  // namespace ibtest
