#include <algorithm>

#include "runner/lint/shell_reader.hpp"

namespace ibtest {

namespace {

// Substitutions deeper than this are not looked into.
constexpr std::size_t deepest_substitution = 8;

}  // namespace

std::size_t ShellReader::note_expansion(std::size_t place, std::size_t end) {
  const bool braced = place + 1 < end && text_[place + 1] == '{';
  const std::size_t begin = place + (braced ? 2 : 1);
  std::size_t name_end = begin;
  while (name_end < end && is_shell_name_character(text_[name_end]))
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

void ShellReader::note_expansions(std::size_t begin, std::size_t end) {
  for (std::size_t place = begin; place < end; ++place) {
    if (text_[place] == '$') note_expansion(place, end);
  }
}

ShellWord ShellReader::read_word(State& state) {
  ShellWord word;
  word.begin = place_;
  while (place_ < state.end && script_->understood && read_part(word, state)) {
  }
  word.end = place_;
  return word;
}

bool ShellReader::read_part(ShellWord& word, State& state) {
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

void ShellReader::add_text(ShellWord& word, std::size_t begin, std::size_t end) {
  const std::string_view text = text_.substr(begin, end - begin);
  word.text += text;
  if (text.find("{{") != std::string_view::npos) word.literal = false;
}

bool ShellReader::read_reference(ShellWord& word, State& state) {
  const std::size_t end = text_.find("}}", place_);
  if (end >= state.end || text_.substr(place_, end - place_).find('\n') != std::string_view::npos) return false;
  add_text(word, place_, end + 2);
  place_ = end + 2;
  return true;
}

void ShellReader::read_escaped_quote(ShellWord& word, State& state) {
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

void ShellReader::read_double_quoted(ShellWord& word, State& state) {
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

void ShellReader::read_expansion(ShellWord& word, State& state) {
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
  } else if (is_shell_name_character(next)) {
    place_ = note_expansion(place_, state.end);
  } else {
    place_ =
        std::min(place_ + (next == '\0' || is_shell_blank(next) || next == '"' || next == '\n' ? 1U : 2U), state.end);
    if (place_ == begin + 1) {  // a dollar sign alone
      word.text += '$';
      return;
    }
  }
  word.text += text_.substr(begin, place_ - begin);
  word.literal = false;
}

void ShellReader::read_backticks(ShellWord& word, State& state) {
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

void ShellReader::read_parenthesised(ShellWord& word, std::size_t begin, State& state) {
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

void ShellReader::read_inside(std::size_t end, State& state) {
  if (++substitution_depth_ <= deepest_substitution) {
    read_commands(end, state.outer + state.frames.size() + 1);
  }
  --substitution_depth_;
}

std::optional<std::size_t> ShellReader::closing_parenthesis(const State& state) const {
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

}  // namespace ibtest
