#include "runner/lint/path_pattern.hpp"

#include <algorithm>
#include <fnmatch.h>
#include <span>
#include <string>
#include <vector>

namespace ibtest {

namespace {

/// The names of a path; without empty ones and `.`.
std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> names;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view name = path.substr(start, slash - start);
    if (!name.empty() && name != ".") names.emplace_back(name);
    start = slash + 1;
  }
  return names;
}

/// Fills the row of a table in which column n says whether the pattern so far matches the first n names: no pattern
/// costs more than the product of the lengths.
bool matches(std::span<const std::string> pattern, std::span<const std::string> names) {
  std::vector<bool> row(names.size() + 1, false);
  row[0] = true;
  for (const std::string& part : pattern) {
    std::vector<bool> next(names.size() + 1, false);
    const bool any = part == "**";
    next[0] = any && row[0];
    for (std::size_t index = 0; index < names.size(); ++index) {
      next[index + 1] =
          any ? row[index + 1] || next[index] : row[index] && ::fnmatch(part.c_str(), names[index].c_str(), 0) == 0;
    }
    row = std::move(next);
  }
  return row.back();
}

}  // namespace

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool matches_path(std::string_view pattern, std::string_view path) {
  return matches(split(pattern), split(path));
}

bool ignores_path(std::string_view pattern, std::string_view path) {
  const bool anywhere = pattern.substr(0, pattern.find_last_not_of('/') + 1).find('/') == std::string_view::npos;
  const std::vector<std::string> parts = split(pattern);
  const std::vector<std::string> names = split(path);
  if (parts.empty()) return false;
  if (anywhere) {
    return std::ranges::any_of(
        names, [&](const std::string& name) { return ::fnmatch(parts.front().c_str(), name.c_str(), 0) == 0; });
  }
  for (std::size_t count = 1; count <= names.size(); ++count) {
    if (matches(parts, std::span(names).first(count))) return true;
  }
  return false;
}

}  // namespace ibtest
