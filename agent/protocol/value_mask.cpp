#include "agent/protocol/value_mask.hpp"

#include <algorithm>
#include <cstring>

#include <nlohmann/json.hpp>

namespace ibtest {

namespace {

std::uint32_t first_four(std::string_view text) {
  std::uint32_t key = 0;
  std::memcpy(&key, text.data(), sizeof key);
  return key;
}

}  // namespace

void ValueMask::add(std::string_view value) {
  while (!value.empty()) {
    const auto end = std::min(value.find('\n'), value.size());
    auto line = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    while (line.ends_with('\r'))
      line.remove_suffix(1);
    if (line.size() < shortest_line) continue;
    add_line(line);
    const std::string quoted = nlohmann::json(line).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    add_line(std::string_view(quoted).substr(1, quoted.size() - 2));
  }
}

void ValueMask::add_line(std::string_view line) {
  if (!values_.emplace(line).second) return;
  longest_ = std::max(longest_, line.size());
  auto& lengths = lengths_[first_four(line)];
  const auto place = std::ranges::lower_bound(lengths, line.size(), std::greater<>());
  if (place == lengths.end() || *place != line.size()) lengths.insert(place, line.size());
}

ValueMask::Match ValueMask::match(std::string_view text, Rest rest) const {
  if (rest == Rest::may_follow && text.size() < longest_) {
    const auto next = values_.upper_bound(text);
    if (next != values_.end() && next->starts_with(text)) return {.undecided = true};
  }
  if (text.size() < shortest_line) return {};
  const auto found = lengths_.find(first_four(text));
  if (found == lengths_.end()) return {};
  for (const auto length : found->second) {
    if (length <= text.size() && values_.contains(text.substr(0, length))) return {.length = length};
  }
  return {};
}

std::string ValueMask::apply(std::string_view text) const {
  std::string masked;
  MaskedStream stream(*this);
  stream.feed(text, masked);
  stream.finish(masked);
  return masked;
}

void MaskedStream::feed(std::string_view bytes, std::string& output) {
  if (mask_.empty() && pending_.empty()) {
    output += bytes;
    return;
  }
  pending_ += bytes;
  scan(output, ValueMask::Rest::may_follow);
}

void MaskedStream::finish(std::string& output) {
  scan(output, ValueMask::Rest::is_all);
}

void MaskedStream::scan(std::string& output, ValueMask::Rest rest) {
  const std::string_view text = pending_;
  std::size_t position = 0;
  std::size_t plain_from = 0;
  while (position < text.size()) {
    const auto match = mask_.match(text.substr(position), rest);
    if (match.undecided) break;
    if (match.length == 0) {
      ++position;
      continue;
    }
    output += text.substr(plain_from, position - plain_from);
    output += ValueMask::stand_in;
    position += match.length;
    plain_from = position;
  }
  output += text.substr(plain_from, position - plain_from);
  pending_.erase(0, position);
}

}  // namespace ibtest
