#pragma once

#include <span>
#include <string_view>

namespace ibtest {

/// What `ibtest lint --explain` says about a rule: the files of its folder in fixtures/lint, compiled in.
struct RuleExplanation {
  std::string_view id;
  std::string_view text;  ///< one paragraph
  std::string_view bad;   ///< a document with the mistake; empty where it cannot be shown as text
  std::string_view good;  ///< the same, mended
};

/// By id.
[[nodiscard]] std::span<const RuleExplanation> rule_explanations();

}  // namespace ibtest
