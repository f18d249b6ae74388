#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/document/document.hpp"
#include "runner/lint/script_text.hpp"

namespace ibtest {

/// The bash script of a step as it is checked by other programs: a word of the same length stands for each
/// `{{ reference }}`.
class JoinedScript {
 public:
  explicit JoinedScript(ScriptText script);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// The place in the document of bytes [begin, end) of the text, or of the last command when it is behind all of them.
  [[nodiscard]] SourceRange place(std::size_t begin, std::size_t end) const { return script_.whole_range(begin, end); }
  /// Whether nothing but a reference stands there.
  [[nodiscard]] bool is_reference(std::size_t begin, std::size_t end) const;
  /// Whether there is a reference on one of the lines of [begin, end).
  [[nodiscard]] bool has_reference_beside(std::size_t begin, std::size_t end) const;

 private:
  struct Stretch {
    std::size_t begin;
    std::size_t end;
  };

  ScriptText script_;
  std::string text_;
  std::vector<Stretch> references_;
};

/// The scripts of all ExecuteBash steps, but for those that are blank or not written as lists of texts. The document
/// must live as long.
[[nodiscard]] std::vector<JoinedScript> joined_scripts(const Document& document);

}  // namespace ibtest
