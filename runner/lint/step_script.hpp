#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/document/document.hpp"
#include "agent/document/source_text.hpp"
#include "runner/lint/shell_script.hpp"

namespace ibtest {

/// The script of one ExecuteBash step: all of its commands together (GOTCHA-1).
class StepScript {
 public:
  /// The document must live as long as this.
  StepScript(const Document& document, const Phase& phase, const Step& step);

  [[nodiscard]] const Phase& phase() const { return *phase_; }
  [[nodiscard]] const Step& step() const { return *step_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const ShellScript& shell() const { return shell_; }

  /// Where bytes [begin, end) of the script stand in the document; what is longer than its line ends with that.
  [[nodiscard]] SourceRange range(std::size_t begin, std::size_t end) const;
  [[nodiscard]] SourceRange range(const ShellCommand& command) const { return range(command.begin, command.end); }
  /// The offset in the document at which text can be inserted behind byte `offset`; nothing where it is not certain.
  [[nodiscard]] std::optional<std::size_t> insertion_place(std::size_t offset) const;

 private:
  struct Piece {
    std::size_t begin = 0;  ///< in the script
    const YamlNode* node = nullptr;
  };

  [[nodiscard]] const Piece& piece_at(std::size_t offset) const;

  const Document* document_;
  const Phase* phase_;
  const Step* step_;
  std::vector<Piece> pieces_;
  std::string text_;
  ShellScript shell_;
};

/// The scripts of a document, in its order.
[[nodiscard]] std::vector<StepScript> step_scripts(const Document& document);

}  // namespace ibtest
