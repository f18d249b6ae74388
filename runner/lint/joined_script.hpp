#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/document.hpp"
#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// The bash script of a step: its commands, a line break behind each (GOTCHA-1), as it is checked: a word of the same
/// length stands for each `{{ reference }}`.
class JoinedScript {
 public:
  /// The list must live as long.
  explicit JoinedScript(const YamlNode& commands);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// The place in the document of bytes [begin, end) of the text, or of the last command when it is behind all of them.
  [[nodiscard]] SourceRange place(std::size_t begin, std::size_t end, const SourceText& document) const;
  /// Whether nothing but a reference stands there.
  [[nodiscard]] bool is_reference(std::size_t begin, std::size_t end) const;
  /// Whether there is a reference on one of the lines of [begin, end).
  [[nodiscard]] bool has_reference_beside(std::size_t begin, std::size_t end) const;

 private:
  struct Command {
    const YamlNode* scalar;
    std::size_t begin;  ///< in the text
  };
  struct Stretch {
    std::size_t begin;
    std::size_t end;
  };

  void append(const YamlNode& command);
  [[nodiscard]] const Command& command_at(std::size_t offset) const;

  std::string text_;
  std::vector<Command> commands_;
  std::vector<Stretch> references_;
};

/// The scripts of all ExecuteBash steps, but for those that are blank or not written as lists of texts. The document
/// must live as long.
[[nodiscard]] std::vector<JoinedScript> joined_scripts(const Document& document);

}  // namespace ibtest
