#include <algorithm>
#include <utility>

#include "runner/lint/shell_reader.hpp"

namespace ibtest {

namespace {

bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char digit) { return digit >= '0' && digit <= '9'; });
}

}  // namespace

bool ShellReader::read_redirection(State& state) {
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

bool ShellReader::read_here_document(State& state) {
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

void ShellReader::skip_here_documents(const State& state) {
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

void ShellReader::expand_here_document(std::size_t begin, std::size_t end) {
  for (std::size_t place = begin; place < end; ++place) {
    if (text_[place] == '\\') {
      ++place;
    } else if (text_[place] == '$') {
      note_expansion(place, end);
    }
  }
}

}  // namespace ibtest
