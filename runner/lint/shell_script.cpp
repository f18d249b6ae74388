#include "runner/lint/shell_script.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "runner/lint/shell_reader.hpp"

namespace ibtest {

namespace {

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
    while (index < words.size() && (words[index].text.starts_with('-') || is_shell_assignment(words[index].text)))
      index += std::ranges::find(with_value, words[index].text) != with_value.end() ? 2 : 1;
  }
  return std::min(index, words.size());
}

std::string_view program_name(const ShellCommand& command) {
  const std::size_t index = program_index(command);
  return index < command.words.size() ? base_name(command.words[index].text) : std::string_view();
}

}  // namespace ibtest
