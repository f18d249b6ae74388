#include "runner/lint/line_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace ibtest {

namespace {

constexpr std::size_t context = 3;
// Of the table below; larger differences are shown as one.
constexpr std::size_t most_cells = 4'000'000;

using Lines = std::vector<std::string_view>;

/// Lines with their line breaks.
Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t line_break = text.find('\n');
    const std::size_t length = line_break == std::string_view::npos ? text.size() : line_break + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

/// Lines [old_begin, old_end) become [new_begin, new_end).
struct Change {
  std::size_t old_begin;
  std::size_t old_end;
  std::size_t new_begin;
  std::size_t new_end;
};

/// The changes between two texts, by their longest common subsequence of lines.
class LineComparison {
 public:
  LineComparison(const Lines& before, const Lines& after) : before_(before), after_(after) {
    while (first_ < std::min(before.size(), after.size()) && before[first_] == after[first_])
      ++first_;
    old_end_ = before.size();
    new_end_ = after.size();
    while (old_end_ > first_ && new_end_ > first_ && before[old_end_ - 1] == after[new_end_ - 1]) {
      --old_end_;
      --new_end_;
    }
  }

  std::vector<Change> changes() {
    if (old_end_ == first_ && new_end_ == first_) return {};
    const std::size_t width = new_end_ - first_ + 1;
    if ((old_end_ - first_ + 1) * width > most_cells) return {{first_, old_end_, first_, new_end_}};
    // common[i][j]: common lines from line i of the old and line j of the new middle on.
    std::vector<std::uint16_t> common((old_end_ - first_ + 1) * width, 0);
    const auto cell = [&](std::size_t i, std::size_t j) -> std::uint16_t& {
      return common[(i - first_) * width + (j - first_)];
    };
    for (std::size_t i = old_end_; i-- > first_;) {
      for (std::size_t j = new_end_; j-- > first_;) {
        cell(i, j) = before_[i] == after_[j] ? static_cast<std::uint16_t>(cell(i + 1, j + 1) + 1)
                                             : std::max(cell(i + 1, j), cell(i, j + 1));
      }
    }
    std::vector<Change> result;
    for (std::size_t i = first_, j = first_; i < old_end_ || j < new_end_;) {
      if (i < old_end_ && j < new_end_ && before_[i] == after_[j]) {
        ++i;
        ++j;
        continue;
      }
      Change change{i, i, j, j};
      while ((i < old_end_ || j < new_end_) && (i == old_end_ || j == new_end_ || before_[i] != after_[j])) {
        const bool removed = j == new_end_ || (i < old_end_ && cell(i + 1, j) >= cell(i, j + 1));
        ++(removed ? i : j);
      }
      change.old_end = i;
      change.new_end = j;
      result.push_back(change);
    }
    return result;
  }

 private:
  const Lines& before_;
  const Lines& after_;
  std::size_t first_ = 0;
  std::size_t old_end_ = 0;
  std::size_t new_end_ = 0;
};

void add_line(std::string& text, char mark, std::string_view line) {
  text += mark;
  text += line;
  if (!line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
}

/// "12,3": the first line, from 1, and how many; a range of no lines is named by the line before it.
std::string range(std::size_t begin, std::size_t end) {
  if (end == begin) return fmt::format("{},0", begin);
  return end - begin == 1 ? fmt::format("{}", begin + 1) : fmt::format("{},{}", begin + 1, end - begin);
}

/// Changes [first, last) with the unchanged lines around them.
std::string hunk(const Lines& before, const Lines& after, const Change* first, const Change* last) {
  const std::size_t lead = std::min(context, first->old_begin);
  const std::size_t tail = std::min(context, before.size() - (last - 1)->old_end);
  std::string text = fmt::format("@@ -{} +{} @@\n", range(first->old_begin - lead, (last - 1)->old_end + tail),
                                 range(first->new_begin - lead, (last - 1)->new_end + tail));
  std::size_t line = first->old_begin - lead;
  for (const Change* change = first; change != last; ++change) {
    for (; line < change->old_begin; ++line)
      add_line(text, ' ', before[line]);
    for (; line < change->old_end; ++line)
      add_line(text, '-', before[line]);
    for (std::size_t added = change->new_begin; added < change->new_end; ++added)
      add_line(text, '+', after[added]);
  }
  for (const std::size_t end = line + tail; line < end; ++line)
    add_line(text, ' ', before[line]);
  return text;
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
  const Lines old_lines = split(before);
  const Lines new_lines = split(after);
  const std::vector<Change> changes = LineComparison(old_lines, new_lines).changes();
  if (changes.empty()) return {};
  std::string text = fmt::format("--- {}\n+++ {}\n", name, name);
  const Change* const end = changes.data() + changes.size();
  for (const Change* first = changes.data(); first != end;) {
    const Change* last = first + 1;
    while (last != end && last->old_begin - (last - 1)->old_end <= 2 * context)
      ++last;
    text += hunk(old_lines, new_lines, first, last);
    first = last;
  }
  return text;
}

}  // namespace ibtest
