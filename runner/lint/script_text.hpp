#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/document.hpp"
#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// The script of a step: its commands, a line break behind each (GOTCHA-1), and where they stand in the document.
class ScriptText {
 public:
  /// Both must live as long as this.
  ScriptText(const YamlNode& commands, const SourceText& source);

  [[nodiscard]] const std::string& text() const { return text_; }

  /// Where bytes [begin, end) of the script stand in the document; what is longer than its line ends with that.
  [[nodiscard]] SourceRange range(std::size_t begin, std::size_t end) const;
  /// The same without that limit; the last command for what is behind all of them. The script must not be blank.
  [[nodiscard]] SourceRange whole_range(std::size_t begin, std::size_t end) const;
  /// The offset in the document at which text can be inserted behind byte `offset`; nothing where it is not certain.
  [[nodiscard]] std::optional<std::size_t> insertion_place(std::size_t offset) const;

 private:
  struct Piece {
    std::size_t begin = 0;  ///< in the script
    const YamlNode* node = nullptr;
  };

  [[nodiscard]] const Piece& piece_at(std::size_t offset) const;

  const SourceText* source_;
  std::vector<Piece> pieces_;
  std::string text_;
};

/// The commands of a step that has that action; null pointer when they are missing, or not all texts or nothing.
[[nodiscard]] const YamlNode* script_commands(const Step& step, std::string_view action);

}  // namespace ibtest
