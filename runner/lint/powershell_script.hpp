#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// A word of a PowerShell statement as it is written, quotes and all. Offsets are bytes of the script.
struct PowerShellWord {
  std::string text;    ///< in lower case: PowerShell minds letter case nowhere
  std::string source;  ///< as written
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What stands between line ends, `;`, `|` and braces.
struct PowerShellStatement {
  std::vector<PowerShellWord> words = {};
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t depth = 0;  ///< braces and parentheses around it
  bool behind_pipe = false;
  bool before_pipe = false;

  [[nodiscard]] bool stands_alone() const { return depth == 0 && !behind_pipe && !before_pipe; }
  [[nodiscard]] bool has_word(std::string_view text) const;
};

/// A quote, brace or here-string that does not end, or ends what was not begun.
struct PowerShellMistake {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string message;
};

/// What the linter knows of a PowerShell script, read without PowerShell.
struct PowerShellScript {
  std::vector<PowerShellStatement> statements = {};
  std::optional<PowerShellMistake> mistake = std::nullopt;  ///< the first; what follows it is not read
};

/// Reads quotes, here-strings, comments, braces and separators; expands nothing. References (`{{ Name }}`) are parts
/// of words. Where the grammar leaves a doubt (`--%`, typographic quotes, `#` within a word) no mistake is reported.
[[nodiscard]] PowerShellScript read_powershell_script(std::string_view text);

[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace ibtest
