#include "actions/checks/check_paths.hpp"

#include <algorithm>
#include <string>

#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

class PathCheck {
 public:
  PathCheck(const YamlNode& value, Platform platform, Findings& findings)
      : value_(value), text_(value.text), platform_(platform), findings_(findings) {}

  void check(InputRule rule) {
    if (rule == InputRule::name_pattern) return check_literal_patterns();
    check_any_path();
    if (rule == InputRule::path_with_wildcard) return check_wildcard();
    check_no_wildcard();
    if (rule == InputRule::file_path) check_file_path();
    if (rule == InputRule::link_target) check_link_target();
  }

 private:
  [[nodiscard]] std::string_view separators() const { return platform_ == Platform::windows ? "/\\" : "/"; }

  void add(CodeName code, std::string message, std::string suggestion) {
    findings_.add(code, value_.range, std::move(message), std::move(suggestion));
  }

  /// The first part of the path that only a shell would replace; empty for none (PATH-2).
  [[nodiscard]] std::string shell_expansion() const {
    if (text_.starts_with('~')) return text_.substr(0, text_.find_first_of(separators()));
    if (const std::size_t dollar = text_.find('$'); dollar != std::string::npos) {
      const bool braced = text_.substr(dollar + 1, 1) == "{";
      const std::size_t end = braced ? text_.find('}', dollar) : text_.find_first_of("/\\.", dollar);
      return text_.substr(dollar, end == std::string::npos ? end : end - dollar + (braced ? 1 : 0));
    }
    if (platform_ != Platform::windows) return {};
    const std::size_t percent = text_.find('%');
    const std::size_t end = percent == std::string::npos ? percent : text_.find('%', percent + 1);
    if (end == std::string::npos || end == percent + 1) return {};
    const std::string inner = text_.substr(percent + 1, end - percent - 1);
    return inner.find_first_of("\\/ ") == std::string::npos ? '%' + inner + '%' : std::string();
  }

  void check_any_path() {
    if (text_.find("://") != std::string::npos) return;
    check_control_characters();
    if (const std::string expanded = shell_expansion(); !expanded.empty()) {
      add("path-not-expanded"_code, in_backticks(expanded) + " is not expanded here, only in scripts",
          "write the path out, or chain the output of a step that prints it");
    }
    const std::size_t backslash = text_.find('\\');
    if (platform_ != Platform::windows && backslash != std::string::npos) {
      const bool escapes = text_.substr(backslash + 1, 1) == " ";
      add("path-backslash"_code, "`\\` is part of a name here, not a separator",
          escapes ? "leave it out: blanks in a path need nothing before them" : "write `/`");
    }
  }

  void check_control_characters() {
    const auto found = std::ranges::find_if(
        text_, [](char letter) { return static_cast<unsigned char>(letter) < 0x20 && letter != '\0'; });
    if (found == text_.end()) return;
    const bool at_end = std::all_of(found, text_.end(), [](char letter) { return letter == '\n'; });
    add("path-control-character"_code,
        at_end ? "the line feed at the end of this text is part of the name"
               : "the path holds a " + control_name(*found) + ", which is part of the name",
        at_end ? "write the path on the line of its key, or begin the block with `|-`"
               : "in double quotes a backslash begins an escape: write the path in single quotes");
  }

  static std::string control_name(char letter) {
    if (letter == '\n') return "line feed";
    return letter == '\t' ? "tab" : "control character";
  }

  /// A path that stands for one file or folder.
  void check_no_wildcard() {
    if (text_.find('*') == std::string::npos || text_.find("://") != std::string::npos) return;
    add("wildcard-not-expanded"_code, "`*` is part of the name here, and stands for nothing else",
        "write each path out, or use a shell in ExecuteBash");
  }

  void check_file_path() {
    if (separators().find(text_.back()) == std::string_view::npos) return;
    add("path-is-folder"_code, "the path of a file cannot end in a separator",
        "add the file name, or use CreateFolder");
  }

  void check_wildcard() {
    const auto end = text_.find_last_not_of(separators());
    const std::string_view path = std::string_view(text_).substr(0, end + 1);
    const std::size_t wildcard = path.find('*');
    const std::size_t separator = path.find_last_of(separators());
    if (wildcard != std::string::npos && separator != std::string::npos && wildcard < separator) {
      add("wildcard-place"_code, "`*` may only stand in the last part of a path, after the last separator",
          "name the folder, and give one item per folder");
    }
    check_literal_patterns();
  }

  void check_literal_patterns() {
    if (text_.find('*') == std::string::npos || text_.find_first_of("?[{") == std::string::npos) return;
    add("wildcard-literal"_code, "`*` is the only wildcard; `?`, `[` and `{` mean themselves",
        "give one item per pattern, or use a shell in ExecuteBash");
  }

  void check_link_target() {
    if (text_.starts_with('/')) return;
    add("relative-link-target"_code,
        "a relative target counts from the folder of the link, not from the working folder of the step",
        "write the absolute path");
  }

  const YamlNode& value_;
  const std::string& text_;
  Platform platform_;
  Findings& findings_;
};

}  // namespace

void check_path(InputRule rule, const YamlNode& value, Platform platform, Findings& findings) {
  PathCheck(value, platform, findings).check(rule);
}

}  // namespace ibtest
