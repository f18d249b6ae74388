#include "runner/subprocess/line_splitter.hpp"

#include <utility>
#include <vector>

namespace ibtest {

namespace {

constexpr std::size_t longest_line = 64U << 10U;

void hand_out(std::string_view line, const LineSplitter::Consumer& consumer) {
  while (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  consumer(line);
}

}  // namespace

void LineSplitter::append(std::string_view bytes, const Consumer& consumer) {
  while (!bytes.empty()) {
    const auto end = bytes.find('\n');
    partial_.append(bytes.substr(0, end));
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
    const std::string line = std::exchange(partial_, {});
    hand_out(line, consumer);
  }
  while (partial_.size() >= longest_line) {
    const std::string piece = partial_.substr(0, longest_line);
    partial_.erase(0, longest_line);
    hand_out(piece, consumer);
  }
}

void LineSplitter::finish(const Consumer& consumer) {
  if (partial_.empty()) return;
  const std::string line = std::exchange(partial_, {});
  hand_out(line, consumer);
}

void append_tail(std::string& text, std::string_view bytes, std::size_t limit) {
  if (bytes.size() >= limit) {
    text.assign(bytes.substr(bytes.size() - limit));
    return;
  }
  if (text.size() + bytes.size() > limit) text.erase(0, text.size() + bytes.size() - limit);
  text.append(bytes);
}

std::string last_lines(std::string_view text, std::size_t count) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
  }
  std::string result;
  for (std::size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i) {
    if (!result.empty()) result += '\n';
    result += lines[i];
  }
  return result;
}

}  // namespace ibtest
