#include "runner/lint/powershell_script.hpp"

#include <algorithm>
#include <cctype>
#include <utility>
#include <variant>

#include "agent/expression/reference.hpp"

namespace ibtest {

namespace {

constexpr std::string_view blanks = " \t\r";

bool is_blank(char character) {
  return blanks.find(character) != std::string_view::npos;
}

/// The text with a word of the same length for each reference: what stands there is put in before PowerShell reads it.
std::string with_stand_ins(std::string_view text) {
  std::string result(text);
  for (const Reference& reference : find_references(text)) {
    if (std::holds_alternative<ForeignText>(reference.form)) continue;
    result.replace(reference.begin, reference.end - reference.begin, reference.end - reference.begin, 'x');
  }
  return result;
}

class PowerShellReader {
 public:
  explicit PowerShellReader(std::string_view text) : source_(text), text_(with_stand_ins(text)) {}

  PowerShellScript read() {
    while (place_ < text_.size() && !script_.mistake)
      read_token();
    finish_statement(false);
    if (!script_.mistake && !open_.empty()) report_unclosed();
    if (in_doubt_) script_.mistake.reset();
    return std::move(script_);
  }

 private:
  [[nodiscard]] char at(std::size_t place) const { return place < text_.size() ? text_[place] : '\0'; }
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return std::string_view(text_).substr(place_).starts_with(what);
  }

  void report(std::size_t begin, std::size_t length, std::string message) {
    if (!script_.mistake) script_.mistake = {begin, begin + length, std::move(message)};
  }

  void report_unclosed() {
    const std::size_t place = open_.back().place;
    report(place, 1, "this `" + std::string(1, text_[place]) + "` is never closed");
  }

  void read_token() {
    const char character = text_[place_];
    if (is_blank(character)) {
      ++place_;
    } else if (looking_at("`\n") || looking_at("`\r\n")) {
      place_ += at(place_ + 1) == '\n' ? 2 : 3;
    } else if (character == '\n' || character == ';') {
      finish_statement(false);
      ++place_;
    } else if (character == '|') {
      finish_statement(at(place_ + 1) != '|');
      place_ += at(place_ + 1) == '|' ? 2 : 1;
    } else if (looking_at("<#")) {
      skip_comment();
    } else if (character == '#') {
      place_ = std::min(text_.find('\n', place_), text_.size());
    } else if (!read_bracket(character)) {
      read_word();
    }
  }

  void skip_comment() {
    const std::size_t end = text_.find("#>", place_ + 2);
    if (end == std::string::npos) report(place_, 2, "this comment is never closed: `#>` is missing");
    place_ = end == std::string::npos ? text_.size() : end + 2;
  }

  /// Braces and parentheses; `@{`, `@(` and `$(` too.
  bool read_bracket(char character) {
    const bool has_sign = (character == '@' || character == '$') && (at(place_ + 1) == '(' || at(place_ + 1) == '{');
    if (character == '$' && at(place_ + 1) == '{') return false;  // `${name}` is a word
    if (has_sign || character == '{' || character == '(') {
      if (has_sign) ++place_;
      open_.push_back({place_++, std::move(statement_)});
      statement_ = {};
      return true;
    }
    if (character != '}' && character != ')') return false;
    close(character);
    ++place_;
    return true;
  }

  /// What stands around the brackets goes on behind them.
  void close(char character) {
    finish_statement(false);
    const char opening = character == '}' ? '{' : '(';
    if (open_.empty()) return report(place_, 1, "this `" + std::string(1, character) + "` closes nothing");
    if (text_[open_.back().place] != opening) return report_unclosed();
    statement_ = std::move(open_.back().statement);
    open_.pop_back();
  }

  void read_word() {
    const std::size_t begin = place_;
    while (place_ < text_.size() && !script_.mistake && !ends_word()) {
      const char character = text_[place_];
      if (character == '`') {
        place_ = std::min(place_ + 2, text_.size());
      } else if (looking_at("@'") || looking_at("@\"")) {
        read_here_string();
      } else if (character == '\'') {
        read_single_quoted();
      } else if (character == '"') {
        read_double_quoted();
      } else if (looking_at("${")) {
        const std::size_t end = text_.find('}', place_);
        place_ = end == std::string::npos ? text_.size() : end + 1;
      } else {
        note_doubt(begin);
        ++place_;
      }
    }
    if (place_ == begin) ++place_;
    add_word(begin);
  }

  [[nodiscard]] bool ends_word() const {
    return is_blank(text_[place_]) || std::string_view("\n;|{}()").find(text_[place_]) != std::string_view::npos ||
           looking_at("$(") || looking_at("@(") || looking_at("@{");
  }

  /// What this reader cannot tell from text, or PowerShell takes for a quote and others do not.
  void note_doubt(std::size_t begin) {
    const auto byte = static_cast<unsigned char>(text_[place_]);
    const bool typographic = byte == 0xE2 && static_cast<unsigned char>(at(place_ + 1)) == 0x80 &&
                             static_cast<unsigned char>(at(place_ + 2)) >= 0x98 &&
                             static_cast<unsigned char>(at(place_ + 2)) <= 0x9F;
    if (typographic || looking_at("--%") || (text_[place_] == '#' && place_ > begin)) in_doubt_ = true;
  }

  void read_single_quoted() {
    const std::size_t begin = place_++;
    while (place_ < text_.size()) {
      if (text_[place_] == '\'' && at(place_ + 1) != '\'') {
        ++place_;
        return;
      }
      place_ += text_[place_] == '\'' ? 2 : 1;
    }
    report(begin, 1, "this quote is never closed");
  }

  void read_double_quoted() {
    const std::size_t begin = place_++;
    while (place_ < text_.size()) {
      const char character = text_[place_];
      if (character == '"' && at(place_ + 1) != '"') {
        ++place_;
        return;
      }
      if (looking_at("$(")) {
        skip_substitution();
      } else {
        place_ += character == '`' || character == '"' ? 2 : 1;
      }
    }
    report(begin, 1, "this quote is never closed");
  }

  /// `$(...)` within quotes: what is in it has quotes of its own.
  void skip_substitution() {
    place_ += 2;
    std::size_t depth = 1;
    while (place_ < text_.size() && depth > 0 && !script_.mistake) {
      const char character = text_[place_];
      if (character == '\'') {
        read_single_quoted();
      } else if (character == '"') {
        if (nesting_ == deepest_nesting) {
          in_doubt_ = true;
          place_ = text_.size();
          return;
        }
        ++nesting_;
        read_double_quoted();
        --nesting_;
      } else {
        if (character == '(') ++depth;
        if (character == ')') --depth;
        place_ += character == '`' ? 2 : 1;
      }
    }
  }

  /// Ends with its quote and `@` at the beginning of a line.
  void read_here_string() {
    const std::size_t begin = place_;
    const std::string ending = std::string("\n") + text_[place_ + 1] + '@';
    const std::size_t line_end = text_.find('\n', place_);
    const std::string_view behind =
        std::string_view(text_).substr(place_ + 2, std::min(line_end, text_.size()) - place_ - 2);
    if (behind.find_first_not_of(blanks) != std::string_view::npos || line_end == std::string::npos) {
      in_doubt_ = true;  // no here-string: `@'` begins one only at the end of a line
      place_ += 2;
      return;
    }
    const std::size_t end = text_.find(ending, line_end);
    if (end == std::string::npos) {
      report(begin, 2,
             "this here-string is never closed: " + ending.substr(1) + " must stand at the very beginning of a line");
      return;
    }
    place_ = end + ending.size();
  }

  void add_word(std::size_t begin) {
    const std::size_t end = std::min(place_, text_.size());
    const std::string_view written = source_.substr(begin, end - begin);
    if (statement_.words.empty()) {
      statement_.begin = begin;
      statement_.depth = open_.size();
    }
    statement_.end = end;
    statement_.words.push_back({lower_case(written), std::string(written), begin, end});
  }

  void finish_statement(bool before_pipe) {
    if (statement_.words.empty()) return;
    statement_.before_pipe = before_pipe;
    script_.statements.push_back(std::move(statement_));
    statement_ = {};
    statement_.behind_pipe = before_pipe;
  }

  struct Bracket {
    std::size_t place = 0;
    PowerShellStatement statement = {};  ///< that it stands in
  };

  static constexpr std::size_t deepest_nesting = 8;

  std::string_view source_;
  std::string text_;
  std::size_t place_ = 0;
  std::vector<Bracket> open_ = {};
  std::size_t nesting_ = 0;
  bool in_doubt_ = false;
  PowerShellStatement statement_ = {};
  PowerShellScript script_ = {};
};

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char character) { return static_cast<char>(std::tolower(character)); });
  return lower;
}

bool PowerShellStatement::has_word(std::string_view text) const {
  return std::ranges::find(words, text, &PowerShellWord::text) != words.end();
}

PowerShellScript read_powershell_script(std::string_view text) {
  return PowerShellReader(text).read();
}

}  // namespace ibtest
