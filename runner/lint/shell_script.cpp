#include "runner/lint/shell_script.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

namespace ibtest {

namespace {

// Substitutions deeper than this are not looked into.
constexpr std::size_t deepest_substitution = 8;

bool is_name_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_';
}

bool is_blank(char character) {
  return character == ' ' || character == '\t' || character == '\r';
}

/// `NAME=`, `NAME+=`.
bool is_assignment(std::string_view word) {
  std::size_t place = 0;
  while (place < word.size() && is_name_character(word[place]))
    ++place;
  if (place == 0 || (word[0] >= '0' && word[0] <= '9')) return false;
  return word.substr(place).starts_with('=') || word.substr(place).starts_with("+=");
}

bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char digit) { return digit >= '0' && digit <= '9'; });
}

/// What a compound command expects next.
enum class Frame { condition, body, list_head, case_head, case_pattern, case_body, group, subshell };

struct HereDocument {
  std::string delimiter;
  bool quoted = false;
  bool strip_tabs = false;
};

class ShellReader {
 public:
  ShellReader(std::string_view text, ShellScript& script) : text_(text), script_(&script) {}

  void read() { read_commands(text_.size(), 0); }

 private:
  struct State {
    std::size_t end = 0;    ///< of what is read
    std::size_t outer = 0;  ///< depth around it
    std::vector<Frame> frames = {};
    ShellCommand command = {};
  };

  /// Reads up to `end` as a list of commands inside `outer` others.
  void read_commands(std::size_t end, std::size_t outer) {
    State state;
    state.end = end;
    state.outer = outer;
    while (place_ < end && script_->understood)
      read_token(state);
    finish(state, ShellSeparator::end);
    if (!state.frames.empty()) script_->understood = false;
  }

  [[nodiscard]] char at(std::size_t place, const State& state) const { return place < state.end ? text_[place] : '\0'; }

  void read_token(State& state) {
    const char character = text_[place_];
    if (is_blank(character)) {
      ++place_;
    } else if (character == '\\' && at(place_ + 1, state) == '\n') {
      place_ += 2;
    } else if (character == '\n') {
      ++place_;
      finish(state, ShellSeparator::newline);
      skip_here_documents(state);
    } else if (character == '#') {
      place_ = std::min(text_.find('\n', place_), state.end);
    } else if (!read_operator(state)) {
      read_word_of_command(state);
    }
  }

  bool read_operator(State& state) {
    const std::string_view rest = text_.substr(place_, state.end - place_);
    const auto take = [&](std::size_t length, ShellSeparator separator) {
      place_ += length;
      finish(state, separator);
      return true;
    };
    if (rest.starts_with(";;")) {
      place_ += rest.starts_with(";;&") ? 3 : 2;
      finish(state, ShellSeparator::semicolon);
      if (!state.frames.empty() && state.frames.back() == Frame::case_body) state.frames.back() = Frame::case_pattern;
      return true;
    }
    if (rest.starts_with("&&")) return take(2, ShellSeparator::and_then);
    if (rest.starts_with("||")) return take(2, ShellSeparator::or_else);
    if (rest.starts_with("&>")) return read_redirection(state);
    if (rest.starts_with("|&")) return take(2, ShellSeparator::pipe);
    if (in_patterns(state) && (rest[0] == '|' || rest[0] == '(')) {
      ++place_;
      return true;
    }
    if (rest[0] == '|') return take(1, ShellSeparator::pipe);
    if (rest[0] == '&') return take(1, ShellSeparator::background);
    if (rest[0] == ';') return take(1, ShellSeparator::semicolon);
    if (rest[0] == '<' || rest[0] == '>') {
      if (rest.size() > 1 && rest[1] == '(') return false;  // a process substitution is a word
      return read_redirection(state);
    }
    if (rest[0] == '(') return open_parenthesis(state);
    if (rest[0] == ')') return close_parenthesis(state);
    return false;
  }

  static bool in_patterns(const State& state) {
    return !state.frames.empty() && state.frames.back() == Frame::case_pattern;
  }

  bool open_parenthesis(State& state) {
    if (text_.substr(place_).starts_with("((") && state.command.words.empty()) {
      skip_arithmetic(state);
      return true;
    }
    if (state.command.words.size() == 1 && at(after_blanks(place_ + 1, state), state) == ')') {
      // A function: its body is the compound command that follows.
      place_ = after_blanks(place_ + 1, state) + 1;
      drop_command(state);
      return true;
    }
    if (!state.command.words.empty() && !in_list_head(state)) {
      script_->understood = false;  // no shell text, or an extended pattern
      return true;
    }
    ++place_;
    state.frames.push_back(Frame::subshell);
    return true;
  }

  static bool in_list_head(const State& state) {
    return !state.frames.empty() && state.frames.back() == Frame::list_head;
  }

  bool close_parenthesis(State& state) {
    ++place_;
    if (in_patterns(state)) {
      drop_command(state);
      state.frames.back() = Frame::case_body;
      return true;
    }
    finish(state, ShellSeparator::end);
    if (state.frames.empty() || state.frames.back() != Frame::subshell) {
      script_->understood = false;
    } else {
      state.frames.pop_back();
    }
    return true;
  }

  void skip_arithmetic(State& state) {
    std::size_t depth = 0;
    for (; place_ < state.end; ++place_) {
      if (text_[place_] == '(') ++depth;
      if (text_[place_] == ')' && --depth == 0) {
        ++place_;
        return;
      }
    }
    script_->understood = false;
  }

  [[nodiscard]] std::size_t after_blanks(std::size_t place, const State& state) const {
    while (place < state.end && is_blank(text_[place]))
      ++place;
    return place;
  }

  bool read_redirection(State& state) {
    // A number directly before belongs to it: `2>`.
    std::string descriptor;
    auto& words = state.command.words;
    if (!words.empty() && words.back().end == place_ && is_number(words.back().text)) {
      descriptor = words.back().text;
      words.pop_back();
    }
    const bool input = text_[place_] == '<';
    if (text_.substr(place_).starts_with("<<<")) {
      place_ += 3;
    } else if (text_.substr(place_).starts_with("<<")) {
      return read_here_document(state);
    } else {
      while (place_ < state.end && std::string_view("<>&|").find(text_[place_]) != std::string_view::npos)
        ++place_;
    }
    place_ = after_blanks(place_, state);
    const ShellWord target = read_word(state);
    if (input) {
      state.command.input_redirected = true;
    } else if (descriptor.empty() || descriptor == "1") {
      state.command.output_file = target.text;
    }
    return true;
  }

  bool read_here_document(State& state) {
    place_ += 2;
    HereDocument document;
    if (at(place_, state) == '-') {
      document.strip_tabs = true;
      ++place_;
    }
    place_ = after_blanks(place_, state);
    const std::size_t begin = place_;
    const ShellWord word = read_word(state);
    const std::string_view raw = text_.substr(begin, place_ - begin);
    document.delimiter = word.text;
    document.quoted = raw.find_first_of("'\"\\") != std::string_view::npos;
    state.command.input_redirected = true;
    here_documents_.push_back(std::move(document));
    return true;
  }

  void skip_here_documents(const State& state) {
    for (const HereDocument& document : std::exchange(here_documents_, {})) {
      const std::size_t begin = place_;
      std::size_t body_end = place_;
      while (true) {
        if (place_ >= state.end) {
          script_->understood = false;
          return;
        }
        const std::size_t line_end = std::min(text_.find('\n', place_), state.end);
        std::string_view line = text_.substr(place_, line_end - place_);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (document.strip_tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
        body_end = place_;
        place_ = std::min(line_end + 1, state.end);
        if (line == document.delimiter) break;
      }
      if (!document.quoted) expand_here_document(begin, body_end);
    }
  }

  void expand_here_document(std::size_t begin, std::size_t end) {
    for (std::size_t place = begin; place < end; ++place) {
      if (text_[place] == '\\') {
        ++place;
      } else if (text_[place] == '$') {
        note_expansion(place, end);
      }
    }
  }

  /// Notes `$NAME` or `${NAME...}` at `place`; returns the offset behind the name.
  std::size_t note_expansion(std::size_t place, std::size_t end) {
    const bool braced = place + 1 < end && text_[place + 1] == '{';
    const std::size_t begin = place + (braced ? 2 : 1);
    std::size_t name_end = begin;
    while (name_end < end && is_name_character(text_[name_end]))
      ++name_end;
    if (name_end == begin) return place + 1;
    ShellExpansion expansion;
    expansion.name = std::string(text_.substr(begin, name_end - begin));
    expansion.begin = place;
    expansion.end = name_end;
    if (braced && name_end < end) {
      expansion.has_default = std::string_view(":-=+?").find(text_[name_end]) != std::string_view::npos;
      if (text_[name_end] == '}') expansion.end = name_end + 1;
    }
    script_->expansions.push_back(std::move(expansion));
    return name_end;
  }

  void read_word_of_command(State& state) {
    const std::size_t begin = place_;
    ShellWord word = read_word(state);
    if (place_ == begin) {  // nothing that a word can begin with
      ++place_;
      return;
    }
    ShellCommand& command = state.command;
    const bool first = command.words.empty() && command.assignments.empty();
    if (first) {
      command.begin = begin;
      if (text_.substr(begin, place_ - begin) == word.text && read_reserved(word.text, state)) return;
    }
    if (in_case_head(state) && word.text == "in" && !command.words.empty()) {
      drop_command(state);
      state.frames.back() = Frame::case_pattern;
      return;
    }
    command.end = place_;
    if (command.words.empty() && is_assignment(text_.substr(begin, place_ - begin))) {
      command.assignments.push_back(std::move(word));
    } else {
      command.words.push_back(std::move(word));
    }
  }

  static bool in_case_head(const State& state) {
    return !state.frames.empty() && state.frames.back() == Frame::case_head;
  }

  /// Reserved words where a command may begin; false for all others.
  bool read_reserved(std::string_view word, State& state) {
    auto& frames = state.frames;
    if (in_patterns(state) && word != "esac") return false;
    const auto turn = [&](Frame frame) {
      if (frames.empty()) {
        script_->understood = false;
      } else {
        frames.back() = frame;
      }
      return true;
    };
    const auto close = [&] {
      if (frames.empty()) {
        script_->understood = false;
      } else {
        frames.pop_back();
      }
      return true;
    };
    const auto open = [&](Frame frame) {
      frames.push_back(frame);
      return true;
    };
    if (word == "if" || word == "while" || word == "until") return open(Frame::condition);
    if (word == "for" || word == "select") return open(Frame::list_head);
    if (word == "case") return open(Frame::case_head);
    if (word == "{") return open(Frame::group);
    if (word == "then" || word == "else" || word == "do") return turn(Frame::body);
    if (word == "elif") return turn(Frame::condition);
    if (word == "fi" || word == "done" || word == "esac" || word == "}") return close();
    if (word == "!") {
      state.command.negated = true;
      return true;
    }
    if (word == "[[") {
      const std::size_t end = text_.find("]]", place_);
      if (end >= state.end) {
        script_->understood = false;
        return true;
      }
      note_expansions(place_, end);
      place_ = end + 2;
      state.command.words.push_back({"[[", state.command.begin, place_, true});
      state.command.end = place_;
      return true;
    }
    if (word == "function") {
      // Its name; the compound command follows.
      place_ = after_blanks(place_, state);
      read_word(state);
      place_ = after_blanks(place_, state);
      if (text_.substr(place_, 2) == "()") place_ += 2;
      return true;
    }
    return word == "time";
  }

  void note_expansions(std::size_t begin, std::size_t end) {
    for (std::size_t place = begin; place < end; ++place) {
      if (text_[place] == '$') note_expansion(place, end);
    }
  }

  static void drop_command(State& state) {
    const ShellSeparator before = state.command.before;
    state.command = {};
    state.command.before = before;
  }

  void finish(State& state, ShellSeparator separator) {
    ShellCommand& command = state.command;
    const bool empty = command.words.empty() && command.assignments.empty();
    const bool head = in_list_head(state) || in_case_head(state) || in_patterns(state);
    if (empty || head) {
      // A line break behind `&&` or `|` ends nothing.
      const ShellSeparator before = command.before;
      const bool goes_on =
          before == ShellSeparator::and_then || before == ShellSeparator::or_else || before == ShellSeparator::pipe;
      if (separator == ShellSeparator::newline && goes_on && !head) return;
      if (head && in_case_head(state)) return;
      command = {};
      command.before = separator;
      return;
    }
    command.after = separator;
    command.depth = state.outer + state.frames.size();
    script_->commands.push_back(std::move(command));
    command = {};
    command.before = separator;
  }

  ShellWord read_word(State& state) {
    ShellWord word;
    word.begin = place_;
    while (place_ < state.end && script_->understood && read_part(word, state)) {
    }
    word.end = place_;
    return word;
  }

  /// Reads one part of a word; false at its end.
  bool read_part(ShellWord& word, State& state) {
    const char character = text_[place_];
    switch (character) {
      case '\'': {
        const std::size_t end = text_.find('\'', place_ + 1);
        if (end >= state.end) {
          script_->understood = false;
          return false;
        }
        add_text(word, place_ + 1, end);
        place_ = end + 1;
        return true;
      }
      case '"':
        read_double_quoted(word, state);
        return true;
      case '\\':
        if (at(place_ + 1, state) != '\n' && place_ + 1 < state.end) word.text += text_[place_ + 1];
        place_ = std::min(place_ + 2, state.end);
        return true;
      case '$':
        if (at(place_ + 1, state) == '\'') {  // quoted with escapes: taken as it is
          read_escaped_quote(word, state);
          return true;
        }
        read_expansion(word, state);
        return true;
      case '`':
        read_backticks(word, state);
        return true;
      case '<':
      case '>':
        if (at(place_ + 1, state) != '(') return false;
        ++place_;
        read_parenthesised(word, place_ - 1, state);
        return true;
      case '{':
        if (at(place_ + 1, state) == '{' && read_reference(word, state)) return true;
        break;
      default:
        if (std::string_view(" \t\r\n;&|()").find(character) != std::string_view::npos) {
          // Only an array is written with a parenthesis inside a word.
          if (character != '(' || !word.text.ends_with('=') || word.begin == place_) return false;
          read_parenthesised(word, place_, state);
          return true;
        }
    }
    word.text += character;
    ++place_;
    return true;
  }

  void add_text(ShellWord& word, std::size_t begin, std::size_t end) {
    const std::string_view text = text_.substr(begin, end - begin);
    word.text += text;
    if (text.find("{{") != std::string_view::npos) word.literal = false;
  }

  bool read_reference(ShellWord& word, State& state) {
    const std::size_t end = text_.find("}}", place_);
    if (end >= state.end || text_.substr(place_, end - place_).find('\n') != std::string_view::npos) return false;
    add_text(word, place_, end + 2);
    place_ = end + 2;
    return true;
  }

  void read_escaped_quote(ShellWord& word, State& state) {
    std::size_t place = place_ + 2;
    while (place < state.end && text_[place] != '\'')
      place += text_[place] == '\\' ? 2 : 1;
    if (place >= state.end) {
      script_->understood = false;
      return;
    }
    add_text(word, place_ + 2, place);
    place_ = place + 1;
  }

  void read_double_quoted(ShellWord& word, State& state) {
    ++place_;
    while (place_ < state.end && script_->understood) {
      const char character = text_[place_];
      if (character == '"') {
        ++place_;
        return;
      }
      if (character == '\\' && place_ + 1 < state.end) {
        word.text += text_[place_ + 1];
        place_ += 2;
      } else if (character == '$') {
        read_expansion(word, state);
      } else if (character == '`') {
        read_backticks(word, state);
      } else if (character == '{' && at(place_ + 1, state) == '{' && read_reference(word, state)) {
        continue;
      } else {
        word.text += character;
        ++place_;
      }
    }
    script_->understood = false;
  }

  void read_expansion(ShellWord& word, State& state) {
    const std::size_t begin = place_;
    const char next = at(place_ + 1, state);
    if (next == '(') {
      ++place_;
      read_parenthesised(word, begin, state);
      return;
    }
    if (next == '{') {
      note_expansion(place_, state.end);
      std::size_t depth = 0;
      while (place_ < state.end) {
        const char character = text_[place_];
        if (character == '\\') ++place_;
        if (character == '{') ++depth;
        ++place_;
        if (character == '}' && --depth == 0) break;
      }
      place_ = std::min(place_, state.end);
      if (depth != 0) script_->understood = false;
    } else if (is_name_character(next)) {
      place_ = note_expansion(place_, state.end);
    } else {
      place_ = std::min(place_ + (next == '\0' || is_blank(next) || next == '"' || next == '\n' ? 1U : 2U), state.end);
      if (place_ == begin + 1) {  // a dollar sign alone
        word.text += '$';
        return;
      }
    }
    word.text += text_.substr(begin, place_ - begin);
    word.literal = false;
  }

  void read_backticks(ShellWord& word, State& state) {
    const std::size_t begin = place_;
    std::size_t end = place_ + 1;
    while (end < state.end && text_[end] != '`')
      end += text_[end] == '\\' ? 2 : 1;
    if (end >= state.end) {
      script_->understood = false;
      return;
    }
    ++place_;
    read_inside(end, state);
    place_ = end + 1;
    word.text += text_.substr(begin, place_ - begin);
    word.literal = false;
  }

  /// `$( ... )`, `<( ... )` and arrays: from the parenthesis at `place_`.
  void read_parenthesised(ShellWord& word, std::size_t begin, State& state) {
    const std::optional<std::size_t> end = closing_parenthesis(state);
    if (!end) {
      script_->understood = false;
      return;
    }
    const bool commands = begin != place_ && !text_.substr(place_).starts_with("((");
    ++place_;
    if (commands) {
      read_inside(*end, state);
    } else {
      note_expansions(place_, *end);
    }
    place_ = *end + 1;
    word.text += text_.substr(begin, place_ - begin);
    word.literal = false;
  }

  void read_inside(std::size_t end, State& state) {
    if (++substitution_depth_ <= deepest_substitution) {
      read_commands(end, state.outer + state.frames.size() + 1);
    }
    --substitution_depth_;
  }

  /// The end of what the parenthesis at `place_` opens. Quotes are minded, `case` patterns are not.
  [[nodiscard]] std::optional<std::size_t> closing_parenthesis(const State& state) const {
    std::size_t depth = 0;
    for (std::size_t place = place_; place < state.end; ++place) {
      const char character = text_[place];
      if (character == '\\') {
        ++place;
      } else if (character == '\'') {
        place = text_.find('\'', place + 1);
        if (place >= state.end) return std::nullopt;
      } else if (character == '"') {
        ++place;
        while (place < state.end && text_[place] != '"')
          place += text_[place] == '\\' ? 2 : 1;
      } else if (character == '(') {
        ++depth;
      } else if (character == ')' && --depth == 0) {
        return place;
      }
    }
    return std::nullopt;
  }

  std::string_view text_;
  ShellScript* script_;
  std::size_t place_ = 0;
  std::size_t substitution_depth_ = 0;
  std::vector<HereDocument> here_documents_;
};

/// Programs that run the program named by their arguments.
constexpr std::array<std::string_view, 8> prefixes = {"sudo",    "env",  "nohup", "nice",
                                                      "command", "exec", "time",  "builtin"};

/// Their options that take the next word as value.
std::span<const std::string_view> options_with_value(std::string_view prefix) {
  static constexpr std::array<std::string_view, 6> of_sudo = {"-u", "-g", "-h", "-p", "-C", "-D"};
  static constexpr std::array<std::string_view, 1> of_nice = {"-n"};
  static constexpr std::array<std::string_view, 2> of_env = {"-u", "-C"};
  if (prefix == "sudo") return of_sudo;
  if (prefix == "nice") return of_nice;
  if (prefix == "env") return of_env;
  return {};
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

ShellScript read_shell_script(std::string_view text) {
  ShellScript script;
  ShellReader(text, script).read();
  if (!script.understood) {
    script.commands.clear();
    script.expansions.clear();
  }
  return script;
}

std::size_t program_index(const ShellCommand& command) {
  const auto& words = command.words;
  std::size_t index = 0;
  while (index < words.size() && std::ranges::find(prefixes, base_name(words[index].text)) != prefixes.end()) {
    const std::span<const std::string_view> with_value = options_with_value(base_name(words[index].text));
    ++index;
    while (index < words.size() && (words[index].text.starts_with('-') || is_assignment(words[index].text)))
      index += std::ranges::find(with_value, words[index].text) != with_value.end() ? 2 : 1;
  }
  return std::min(index, words.size());
}

std::string_view program_name(const ShellCommand& command) {
  const std::size_t index = program_index(command);
  return index < command.words.size() ? base_name(command.words[index].text) : std::string_view();
}

}  // namespace ibtest
