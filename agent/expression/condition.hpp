#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// A condition with all its references replaced (section 5 of the language specification).
struct ResolvedCondition {
  std::string operator_name;                ///< "stringEquals", "and", ...
  std::string operand;                      ///< of a comparison: its baseline, hash, path or name
  std::string second;                       ///< of a comparison with two operands: `value` or `path`
  std::vector<ResolvedCondition> operands;  ///< of and, or, not
};

enum class DigestAlgorithm { md5, sha1, sha256, sha512 };

/// What file operators ask of the machine under test (COND-20).
class ConditionProbe {
 public:
  ConditionProbe() = default;
  ConditionProbe(const ConditionProbe&) = delete;
  ConditionProbe& operator=(const ConditionProbe&) = delete;
  virtual ~ConditionProbe() = default;

  /// As the shell's `type NAME`: found in PATH, a path of an executable file, or a word of the shell (ASSERT-7).
  [[nodiscard]] virtual bool program_exists(const std::string& name) = 0;
  [[nodiscard]] virtual bool file_exists(const std::string& path) = 0;
  [[nodiscard]] virtual bool folder_exists(const std::string& path) = 0;
  /// Lower-case hexadecimal digits; nothing when the file cannot be read.
  [[nodiscard]] virtual std::optional<std::string> file_digest(DigestAlgorithm algorithm, const std::string& path) = 0;
};

struct ConditionResult {
  bool holds = false;
  /// The comparison that decided: "stringEquals prod dev"; inside a logical operator "and: stringEquals prod dev".
  std::string deciding;
  /// Something that people should know: the result would be another one if letter case counted (ASSERT-3).
  std::vector<std::string> warnings;
};

/// Evaluates from left to right and stops as soon as the result is known (section 5.6).
[[nodiscard]] ConditionResult evaluate(const ResolvedCondition& condition, ConditionProbe& probe);

/// Why a text is no regular expression of Go's RE2 syntax; empty when it is one (COND-17).
[[nodiscard]] std::string pattern_error(const std::string& pattern);

}  // namespace ibtest
