#include <algorithm>
#include <utility>

#include "runner/lint/shell_reader.hpp"

namespace ibtest {

bool is_shell_assignment(std::string_view word) {
  std::size_t place = 0;
  while (place < word.size() && is_shell_name_character(word[place]))
    ++place;
  if (place == 0 || (word[0] >= '0' && word[0] <= '9')) return false;
  return word.substr(place).starts_with('=') || word.substr(place).starts_with("+=");
}

void ShellReader::read_commands(std::size_t end, std::size_t outer) {
  State state;
  state.end = end;
  state.outer = outer;
  while (place_ < end && script_->understood)
    read_token(state);
  finish(state, ShellSeparator::end);
  if (!state.frames.empty()) script_->understood = false;
}

char ShellReader::at(std::size_t place, const State& state) const {
  return place < state.end ? text_[place] : '\0';
}

void ShellReader::read_token(State& state) {
  const char character = text_[place_];
  if (is_shell_blank(character)) {
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

bool ShellReader::read_operator(State& state) {
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

bool ShellReader::in_patterns(const State& state) {
  return !state.frames.empty() && state.frames.back() == Frame::case_pattern;
}

bool ShellReader::open_parenthesis(State& state) {
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

bool ShellReader::in_list_head(const State& state) {
  return !state.frames.empty() && state.frames.back() == Frame::list_head;
}

bool ShellReader::close_parenthesis(State& state) {
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

void ShellReader::skip_arithmetic(State& state) {
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

std::size_t ShellReader::after_blanks(std::size_t place, const State& state) const {
  while (place < state.end && is_shell_blank(text_[place]))
    ++place;
  return place;
}

void ShellReader::read_word_of_command(State& state) {
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
  if (command.words.empty() && is_shell_assignment(text_.substr(begin, place_ - begin))) {
    command.assignments.push_back(std::move(word));
  } else {
    command.words.push_back(std::move(word));
  }
}

bool ShellReader::in_case_head(const State& state) {
  return !state.frames.empty() && state.frames.back() == Frame::case_head;
}

bool ShellReader::read_reserved(std::string_view word, State& state) {
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

void ShellReader::drop_command(State& state) {
  const ShellSeparator before = state.command.before;
  state.command = {};
  state.command.before = before;
}

void ShellReader::finish(State& state, ShellSeparator separator) {
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

}  // namespace ibtest
