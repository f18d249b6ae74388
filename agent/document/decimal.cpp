#include "agent/document/decimal.hpp"

#include <algorithm>

namespace ibtest {

namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// A number without the zeros that do not count.
struct Decimal {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;

  [[nodiscard]] bool is_zero() const { return whole.empty() && fraction.empty(); }
};

Decimal read(std::string_view text) {
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  decimal.whole = text.substr(0, point);
  decimal.whole.remove_prefix(std::min(decimal.whole.find_first_not_of('0'), decimal.whole.size()));
  decimal.fraction = text.substr(std::min(point + 1, text.size()));
  decimal.fraction = decimal.fraction.substr(0, decimal.fraction.find_last_not_of('0') + 1);
  if (decimal.is_zero()) decimal.negative = false;
  return decimal;
}

std::strong_ordering compare_sizes(const Decimal& left, const Decimal& right) {
  if (left.whole.size() != right.whole.size()) return left.whole.size() <=> right.whole.size();
  if (left.whole != right.whole) return left.whole <=> right.whole;
  return left.fraction <=> right.fraction;
}

}  // namespace

bool is_decimal(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return all_digits(text);
  return all_digits(text.substr(0, point)) && all_digits(text.substr(point + 1));
}

std::strong_ordering compare_decimals(std::string_view left, std::string_view right) {
  const Decimal first = read(left);
  const Decimal second = read(right);
  if (first.negative != second.negative) {
    return first.negative ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return first.negative ? compare_sizes(second, first) : compare_sizes(first, second);
}

}  // namespace ibtest
