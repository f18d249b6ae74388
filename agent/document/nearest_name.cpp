#include "agent/document/nearest_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <vector>

namespace ibtest {

namespace {

// Longer names are no misspellings, and the distance costs the product of the lengths.
constexpr std::size_t longest_name = 64;

char lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

/// The name as people tend to confuse it: without letter case, `-`, `_` and blanks.
std::string plain_form(std::string_view name) {
  std::string form;
  for (const char character : name) {
    if (character != '-' && character != '_' && character != ' ') form += lower(character);
  }
  return form;
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> before_previous(right.size() + 1);
  std::vector<std::size_t> previous(right.size() + 1);
  std::vector<std::size_t> current(right.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= right.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
      current[j] = std::min({replaced, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        current[j] = std::min(current[j], before_previous[j - 2] + 1);
      }
    }
    std::swap(before_previous, previous);
    std::swap(previous, current);
  }
  return previous[right.size()];
}

/// The only candidate of which the name is the beginning or the end, or the other way round: `timeout` for
/// `timeoutSeconds`, `production` for `prod`.
std::optional<std::string_view> name_with(std::string_view part, std::span<const std::string_view> candidates) {
  constexpr std::size_t shortest = 4;
  std::optional<std::string_view> found;
  for (const std::string_view candidate : candidates) {
    if (part.size() < shortest || candidate.size() > longest_name) continue;
    const std::string form = plain_form(candidate);
    const bool is_part = form.size() >= shortest && (part.starts_with(form) || part.ends_with(form));
    if (!form.starts_with(part) && !form.ends_with(part) && !is_part) continue;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
  if (name.empty() || name.size() > longest_name) return std::nullopt;
  const std::string wanted = plain_form(name);
  if (wanted.empty()) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t nearest_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > longest_name) continue;
    const std::string form = plain_form(candidate);
    const std::size_t difference = std::max(form.size(), wanted.size()) - std::min(form.size(), wanted.size());
    if (difference >= nearest_distance) continue;
    const std::size_t distance = edit_distance(wanted, form);
    // A name of which nothing would remain is no misspelling.
    if (distance < nearest_distance && distance < std::max(form.size(), wanted.size())) {
      nearest = candidate;
      nearest_distance = distance;
    }
  }
  return nearest ? nearest : name_with(wanted, candidates);
}

std::optional<std::string_view> certain_name(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr std::size_t most_edits = 2;
  const auto nearest = nearest_name(name, candidates);
  if (!nearest) return std::nullopt;
  const std::string wanted = plain_form(name);
  const std::size_t distance = edit_distance(wanted, plain_form(*nearest));
  const bool doubtful = std::ranges::any_of(candidates, [&](std::string_view other) {
    return other != *nearest && other.size() <= longest_name && edit_distance(wanted, plain_form(other)) < distance + 2;
  });
  return distance > most_edits || doubtful ? std::nullopt : nearest;
}

}  // namespace ibtest
