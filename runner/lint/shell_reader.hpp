#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/lint/shell_script.hpp"

namespace ibtest {

[[nodiscard]] constexpr bool is_shell_name_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_';
}

[[nodiscard]] constexpr bool is_shell_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

/// `NAME=`, `NAME+=`.
[[nodiscard]] bool is_shell_assignment(std::string_view word);

/// Reads one script: commands in shell_command_reader.cpp, their redirections in shell_redirection_reader.cpp, words in
/// shell_word_reader.cpp. Substitutions within words hold commands again.
class ShellReader {
 public:
  ShellReader(std::string_view text, ShellScript& script) : text_(text), script_(&script) {}

  void read() { read_commands(text_.size(), 0); }

 private:
  /// What a compound command expects next.
  enum class Frame { condition, body, list_head, case_head, case_pattern, case_body, group, subshell };

  struct HereDocument {
    std::string delimiter;
    bool quoted = false;
    bool strip_tabs = false;
  };

  struct State {
    std::size_t end = 0;    ///< of what is read
    std::size_t outer = 0;  ///< depth around it
    std::vector<Frame> frames = {};
    ShellCommand command = {};
  };

  [[nodiscard]] char at(std::size_t place, const State& state) const;
  [[nodiscard]] std::size_t after_blanks(std::size_t place, const State& state) const;

  /// Reads up to `end` as a list of commands inside `outer` others.
  void read_commands(std::size_t end, std::size_t outer);
  void read_token(State& state);
  bool read_operator(State& state);
  bool open_parenthesis(State& state);
  bool close_parenthesis(State& state);
  void skip_arithmetic(State& state);
  void read_word_of_command(State& state);
  /// Reserved words where a command may begin; false for all others.
  bool read_reserved(std::string_view word, State& state);
  void finish(State& state, ShellSeparator separator);
  static void drop_command(State& state);
  static bool in_patterns(const State& state);
  static bool in_list_head(const State& state);
  static bool in_case_head(const State& state);

  bool read_redirection(State& state);
  bool read_here_document(State& state);
  void skip_here_documents(const State& state);
  void expand_here_document(std::size_t begin, std::size_t end);

  ShellWord read_word(State& state);
  /// Reads one part of a word; false at its end.
  bool read_part(ShellWord& word, State& state);
  void add_text(ShellWord& word, std::size_t begin, std::size_t end);
  bool read_reference(ShellWord& word, State& state);
  void read_escaped_quote(ShellWord& word, State& state);
  void read_double_quoted(ShellWord& word, State& state);
  void read_expansion(ShellWord& word, State& state);
  void read_backticks(ShellWord& word, State& state);
  /// `$( ... )`, `<( ... )` and arrays: from the parenthesis at `place_`.
  void read_parenthesised(ShellWord& word, std::size_t begin, State& state);
  void read_inside(std::size_t end, State& state);
  /// The end of what the parenthesis at `place_` opens. Quotes are minded, `case` patterns are not.
  [[nodiscard]] std::optional<std::size_t> closing_parenthesis(const State& state) const;
  /// Notes `$NAME` or `${NAME...}` at `place`; returns the offset behind the name.
  std::size_t note_expansion(std::size_t place, std::size_t end);
  void note_expansions(std::size_t begin, std::size_t end);

  std::string_view text_;
  ShellScript* script_;
  std::size_t place_ = 0;
  std::size_t substitution_depth_ = 0;
  std::vector<HereDocument> here_documents_;
};

}  // namespace ibtest
