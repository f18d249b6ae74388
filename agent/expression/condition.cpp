#include "agent/expression/condition.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <re2/re2.h>
#include <utf8proc.h>

#include "agent/document/decimal.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

RE2::Options pattern_options(bool case_sensitive) {
  RE2::Options options;
  options.set_case_sensitive(case_sensitive);  // COND-17: the guide's own example is case-insensitive
  options.set_log_errors(false);
  return options;
}

// Simple lower-casing, one character for one (COND-14); bytes that are no UTF-8 stay as they are.
std::u32string folded(std::string_view text) {
  std::u32string result;
  result.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const DecodedCharacter character = decode_utf8(text, offset);
    result += character.valid ? static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(character.value)))
                              : character.value;
    offset += character.length;
  }
  return result;
}

bool is_white_space(char32_t character) {
  // The control characters that Unicode counts as White_Space have no separator category.
  if ((character >= 0x09 && character <= 0x0D) || character == 0x85) return true;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

// D-8
bool is_all_white_space(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const DecodedCharacter character = decode_utf8(text, offset);
    if (!character.valid || !is_white_space(character.value)) return false;
    offset += character.length;
  }
  return !text.empty();
}

// "LessThanEquals" and the like, for `value` OP baseline (COND-11).
bool fits(std::string_view relation, std::strong_ordering order) {
  if (relation == "Equals") return order == std::strong_ordering::equal;
  if (relation == "LessThan") return order == std::strong_ordering::less;
  if (relation == "LessThanEquals") return order != std::strong_ordering::greater;
  if (relation == "GreaterThan") return order == std::strong_ordering::greater;
  return order != std::strong_ordering::less;
}

class Evaluation {
 public:
  explicit Evaluation(ConditionProbe& probe) : probe_(probe) {}

  bool evaluate(const ResolvedCondition& condition) {
    const std::string_view name = condition.operator_name;
    if (name == "and" || name == "or") return evaluate_list(condition);
    if (name == "not") {
      const bool holds = !evaluate(condition.operands.front());
      result_.deciding.insert(0, "not: ");
      return holds;
    }
    result_.deciding = condition.operator_name + " " + condition.operand;
    if (!condition.second.empty()) result_.deciding += " " + condition.second;
    return compare(condition);
  }

  ConditionResult take(bool holds) {
    result_.holds = holds;
    return std::move(result_);
  }

 private:
  bool evaluate_list(const ResolvedCondition& condition) {
    const bool stops_at = condition.operator_name == "or";
    bool holds = !stops_at;
    for (const ResolvedCondition& operand : condition.operands) {
      holds = evaluate(operand);
      if (holds == stops_at) break;
    }
    result_.deciding.insert(0, condition.operator_name + ": ");
    return holds;
  }

  bool compare(const ResolvedCondition& condition) {
    const std::string_view name = condition.operator_name;
    constexpr std::string_view string = "string";
    constexpr std::string_view number = "number";
    if (name == "stringIsEmpty") return condition.operand.empty();
    if (name == "stringIsWhitespace") return is_all_white_space(condition.operand);
    if (name == "patternMatches") return matches(condition);
    if (name.starts_with(string)) return compare_texts(name.substr(string.size()), condition);
    if (name.starts_with(number)) return compare_numbers(name.substr(number.size()), condition);
    if (name == "binaryExists") return probe_.program_exists(condition.operand);
    if (name == "fileExists") return probe_.file_exists(condition.operand);
    if (name == "folderExists") return probe_.folder_exists(condition.operand);
    return digest_equals(condition);
  }

  bool compare_texts(std::string_view relation, const ResolvedCondition& condition) {
    const std::u32string value = folded(condition.second);
    const std::u32string baseline = folded(condition.operand);
    const bool holds = fits(relation, value.compare(baseline) <=> 0);
    const bool case_sensitive = fits(relation, condition.second.compare(condition.operand) <=> 0);
    if (holds != case_sensitive) warn_of_letter_case(condition);
    return holds;
  }

  bool compare_numbers(std::string_view relation, const ResolvedCondition& condition) const {
    if (!is_decimal(condition.second) || !is_decimal(condition.operand)) return false;  // COND-12
    return fits(relation, compare_decimals(condition.second, condition.operand));
  }

  bool matches(const ResolvedCondition& condition) {
    const RE2 pattern(condition.operand, pattern_options(false));
    if (!pattern.ok()) {
      result_.warnings.push_back("`" + condition.operand + "` is no regular expression: " + pattern.error());
      return false;
    }
    const bool holds = RE2::PartialMatch(condition.second, pattern);
    if (holds != RE2::PartialMatch(condition.second, RE2(condition.operand, pattern_options(true)))) {
      warn_of_letter_case(condition);
    }
    return holds;
  }

  bool digest_equals(const ResolvedCondition& condition) {
    struct Operator {
      std::string_view name;
      DigestAlgorithm algorithm;
    };
    constexpr std::array operators = {
        Operator{"fileMD5Equals", DigestAlgorithm::md5}, Operator{"fileSHA1Equals", DigestAlgorithm::sha1},
        Operator{"fileSHA256Equals", DigestAlgorithm::sha256}, Operator{"fileSHA512Equals", DigestAlgorithm::sha512}};
    const auto* const found = std::ranges::find(operators, condition.operator_name, &Operator::name);
    if (found == operators.end()) return false;
    const auto digest = probe_.file_digest(found->algorithm, condition.second);
    return digest && folded(*digest) == folded(condition.operand);  // COND-18
  }

  void warn_of_letter_case(const ResolvedCondition& condition) {
    result_.warnings.push_back(condition.operator_name + " ignores letter case; `" + condition.operand + "` and `" +
                               condition.second + "` would give the other result if it counted");
  }

  ConditionProbe& probe_;
  ConditionResult result_;
};

}  // namespace

ConditionResult evaluate(const ResolvedCondition& condition, ConditionProbe& probe) {
  Evaluation evaluation(probe);
  const bool holds = evaluation.evaluate(condition);
  return evaluation.take(holds);
}

std::string pattern_error(const std::string& pattern) {
  const RE2 compiled(pattern, pattern_options(false));
  return compiled.ok() ? std::string() : compiled.error();
}

}  // namespace ibtest
