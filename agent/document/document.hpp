#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// A value with the place it was written at.
template <typename T>
struct Located {
  T value{};
  SourceRange range;
};

/// A parameter declaration (VAR-1 to VAR-4).
struct Parameter {
  Located<std::string> name;
  std::optional<std::string> default_value;
  std::string description;
  std::vector<std::string> allowed_values;  ///< empty: any
};

/// A constant declaration (VAR-1 to VAR-5).
struct Constant {
  Located<std::string> name;
  std::string value;
};

enum class OnFailure { abort, keep_going, ignore };  ///< Abort, Continue, Ignore

/// `loop.for`: start, start+update_by, ... within the closed range to end (LOOP-1).
struct ForLoop {
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t update_by = 1;
};

/// `loop.forEach` with items, or with one text and a delimiter.
struct ForEachLoop {
  std::vector<YamlNode> items;   ///< scalars that may hold references
  std::optional<YamlNode> list;  ///< set: split its text at `delimiter` instead
  std::string delimiter = ",";
};

struct Loop {
  std::string name;
  std::variant<ForLoop, ForEachLoop> kind;
  SourceRange range;  ///< its name, or its first key
};

/// One comparison, or a logical operator over others (section 5 of the language specification).
struct Condition {
  std::string operator_name;        ///< e.g. "stringEquals", "and"
  std::optional<YamlNode> operand;  ///< first operand of a comparison
  std::optional<YamlNode> second;   ///< its `value` or `path`
  std::vector<Condition> operands;  ///< of and, or, not
  SourceRange range;
};

enum class ConditionOutcome { execute, skip, abort };

struct StepCondition {
  Condition condition;
  YamlNode node;  ///< as written
  ConditionOutcome then = ConditionOutcome::execute;
  ConditionOutcome otherwise = ConditionOutcome::skip;
};

struct Step {
  Located<std::string> name;
  Located<std::string> action;
  std::optional<std::int64_t> timeout_seconds;  ///< as written; -1 is no limit; absent means the action's default
  std::optional<std::int64_t> max_attempts;     ///< as written
  OnFailure on_failure = OnFailure::abort;
  SourceRange on_failure_range = {};  ///< its value, as far as it is written
  bool disable_logging = false;
  std::optional<YamlNode> inputs;  ///< as written; absent and null are the same
  std::optional<Loop> loop;
  std::optional<StepCondition> condition;  ///< `if`
  std::optional<Condition> assertion;      ///< the `inputs` of Assert
  SourceRange range;
};

struct Phase {
  Located<std::string> name;
  std::vector<Step> steps;
  bool disable_logging = false;
  SourceRange range;
};

/// A component document (section 1 of the language specification), as written: nothing is resolved.
struct Document {
  std::shared_ptr<const SourceText> source;
  std::string name;
  std::string description;
  std::vector<Parameter> parameters;
  std::vector<Constant> constants;
  std::vector<Phase> phases;
  bool disable_logging = false;

  [[nodiscard]] const Parameter* find_parameter(std::string_view name) const;
  [[nodiscard]] const Constant* find_constant(std::string_view name) const;
  [[nodiscard]] const Phase* find_phase(std::string_view name) const;
};

struct DocumentResult {
  std::optional<Document> document;  ///< set when the document is sound enough to be checked further
  std::vector<Diagnostic> diagnostics;
};

/// Bytes that Image Builder accepts unless an account has another quota (DOC-11).
inline constexpr std::size_t default_document_size = 65'536;

/// Reads a component document: its structure and names (DOC, STEP, VAR rules). Inputs of actions and references are
/// checked by check_document() in actions/. All findings are reported, not the first one only.
[[nodiscard]] DocumentResult parse_document(const std::shared_ptr<const SourceText>& source,
                                            std::size_t most_bytes = default_document_size);

}  // namespace ibtest
