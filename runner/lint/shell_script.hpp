#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// A word of a shell command. Offsets are bytes of the script.
struct ShellWord {
  std::string text;  ///< without quotes and backslashes; expansions as written
  std::size_t begin = 0;
  std::size_t end = 0;
  bool literal = true;  ///< nothing in it is expanded, neither by the shell nor as a reference
};

/// What ends a command.
enum class ShellSeparator { end, newline, semicolon, background, and_then, or_else, pipe };

/// A simple command: a program with its arguments, or assignments alone.
struct ShellCommand {
  std::vector<ShellWord> assignments = {};  ///< before its first word
  std::vector<ShellWord> words = {};
  std::size_t begin = 0;
  std::size_t end = 0;
  ShellSeparator before = ShellSeparator::newline;
  ShellSeparator after = ShellSeparator::end;
  std::size_t depth = 0;          ///< compound commands, functions and substitutions around it
  bool negated = false;           ///< `!` before it
  bool input_redirected = false;  ///< from a file, a here-document or a here-string
  std::string output_file = {};   ///< the standard output goes there; empty: it is not redirected

  [[nodiscard]] bool stands_alone() const {
    return depth == 0 && before != ShellSeparator::and_then && before != ShellSeparator::or_else &&
           before != ShellSeparator::pipe && after != ShellSeparator::and_then && after != ShellSeparator::or_else &&
           after != ShellSeparator::pipe && after != ShellSeparator::background;
  }
};

/// `$NAME` or `${NAME...}`, wherever the shell expands it.
struct ShellExpansion {
  std::string name;
  bool has_default = false;  ///< `${NAME:-word}` and its like
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// What the linter knows of a bash script: its simple commands in order, those of substitutions and functions too.
struct ShellScript {
  std::vector<ShellCommand> commands = {};
  std::vector<ShellExpansion> expansions = {};
  bool understood = true;  ///< false: quotes or compound commands do not end, or it is no bash; nothing above then
};

/// Reads quotes, comments, here-documents, separators and the words of compound commands; expands nothing. References
/// (`{{ Name }}`) are parts of words. Linear in the length of the text, whatever it holds.
[[nodiscard]] ShellScript read_shell_script(std::string_view text);

/// The program that a command runs, behind `sudo`, `env` and the like: the index of its word, or the number of words
/// when there is none.
[[nodiscard]] std::size_t program_index(const ShellCommand& command);

/// The last component of the program's path; empty for none.
[[nodiscard]] std::string_view program_name(const ShellCommand& command);

}  // namespace ibtest
