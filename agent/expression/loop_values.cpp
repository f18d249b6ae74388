#include "agent/expression/loop_values.hpp"

#include <algorithm>

namespace ibtest {

namespace {

// LOOP-7: nothing is trimmed, empty fields stay.
std::vector<std::string> split(const std::string& text, const std::string& delimiter) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto end = text.find(delimiter); end != std::string::npos; end = text.find(delimiter, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + delimiter.size();
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace

LoopValues::LoopValues(const Loop& loop, const std::function<std::string(const std::string& text)>& resolve) {
  if (const auto* const each = std::get_if<ForEachLoop>(&loop.kind)) {
    if (each->list) {
      texts_ = split(resolve(each->list->text), each->delimiter);
    } else {
      texts_.reserve(each->items.size());
      for (const YamlNode& item : each->items)
        texts_.push_back(resolve(item.text));
    }
  }
  count_iterations(loop);
}

LoopValues::LoopValues(const Loop& loop, std::vector<std::string> texts) : texts_(std::move(texts)) {
  count_iterations(loop);
}

void LoopValues::count_iterations(const Loop& loop) {
  if (const auto* const counted = std::get_if<ForLoop>(&loop.kind)) {
    counts_ = true;
    counted_ = *counted;
    texts_.clear();
    // LOOP-1: both ends included. Unsigned differences are right for all pairs of numbers.
    const bool up = counted->update_by > 0;
    const auto start = static_cast<std::uint64_t>(counted->start);
    const auto end = static_cast<std::uint64_t>(counted->end);
    const std::uint64_t distance = up ? end - start : start - end;
    const auto update_by = static_cast<std::uint64_t>(counted->update_by);
    count_ = distance / (up ? update_by : 0 - update_by) + 1;
  } else {
    count_ = texts_.size();
  }
}

std::string LoopValues::at(std::uint64_t iteration) const {
  if (!counts_) return texts_.at(iteration);
  const auto value =
      static_cast<std::uint64_t>(counted_.start) + iteration * static_cast<std::uint64_t>(counted_.update_by);
  return std::to_string(static_cast<std::int64_t>(value));
}

}  // namespace ibtest
