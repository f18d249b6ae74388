#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ibtest {

/// `{{ Name }}` (VAR-7).
struct VariableReference {
  std::string name;
};

/// `{{ phase.step.outputs[i].key[j] }}` (CHAIN-1, CHAIN-2).
struct ChainingReference {
  std::string phase;
  std::string step;
  bool outputs = false;  ///< false: inputs
  std::size_t index = 0;
  std::string key;
  std::optional<std::size_t> value_index;
};

/// `{{ loop.index }}`, `{{ name.value }}` (LOOP-4).
struct LoopReference {
  std::string loop;
  bool index = false;  ///< false: value
};

/// `{{ aws:ssm:... }}`, `{{ env:... }}`, `{{ aws:imds:... }}`, `{{ context:... }}` (VAR-19 to VAR-23).
struct DynamicReference {
  std::string source;  ///< "aws:ssm", "env", "aws:imds", "context"
  std::string name;    ///< what follows the colon
};

/// Text between double braces that has none of these forms and stays as it is (GOTCHA-21), with the reason when it
/// looks like a mistaken reference.
struct ForeignText {
  std::string reason = {};  ///< e.g. "blanks inside a chaining expression"; may be empty
  bool refused = false;     ///< a chaining expression gone wrong: an error, never left as it is
  std::string meant = {};   ///< what should stand between the braces; empty when that is not clear
};

using ReferenceForm = std::variant<VariableReference, ChainingReference, LoopReference, DynamicReference, ForeignText>;

struct Reference {
  std::size_t begin = 0;  ///< byte offset of "{{" in the text
  std::size_t end = 0;    ///< byte offset after "}}"
  std::string text;       ///< "{{ Name }}" as written
  ReferenceForm form;
};

/// All references of a text, in order. Linear in its length.
[[nodiscard]] std::vector<Reference> find_references(std::string_view text);

/// Replaces each reference once, in one pass; values are never looked at again (VAR-10, D-3). The resolver returns
/// nothing to leave a reference as written, and reports failure by throwing what it likes.
[[nodiscard]] std::string substitute(std::string_view text,
                                     const std::function<std::optional<std::string>(const Reference&)>& resolve);

}  // namespace ibtest
