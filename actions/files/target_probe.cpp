#include "actions/files/target_probe.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "actions/commands/executable_search.hpp"
#include "agent/http/digest.hpp"

namespace ibtest {

namespace {

// What bash's `type` finds without any file: builtins and keywords (ASSERT-7).
constexpr std::array<std::string_view, 83> shell_words = {
    "!",       ".",       ":",      "[",       "[[",      "]]",      "alias",    "bg",        "bind",     "break",
    "builtin", "caller",  "case",   "cd",      "command", "compgen", "complete", "compopt",   "continue", "coproc",
    "declare", "dirs",    "disown", "do",      "done",    "echo",    "elif",     "else",      "enable",   "esac",
    "eval",    "exec",    "exit",   "export",  "false",   "fc",      "fg",       "fi",        "for",      "function",
    "getopts", "hash",    "help",   "history", "if",      "in",      "jobs",     "kill",      "let",      "local",
    "logout",  "mapfile", "popd",   "printf",  "pushd",   "pwd",     "read",     "readarray", "readonly", "return",
    "select",  "set",     "shift",  "shopt",   "source",  "suspend", "test",     "then",      "time",     "times",
    "trap",    "true",    "type",   "typeset", "ulimit",  "umask",   "unalias",  "unset",     "until",    "wait",
    "while",   "{",       "}"};

}  // namespace

bool TargetProbe::program_exists(const std::string& name) {
  if (std::ranges::find(shell_words, name) != shell_words.end()) return true;
  if (name.find('/') != std::string::npos) return is_executable_file(context_.resolve(name));
  return find_executable(name, context_.environment(), context_.working_directory()).error.empty();
}

bool TargetProbe::file_exists(const std::string& path) {
  std::error_code error;
  return !path.empty() && std::filesystem::is_regular_file(context_.resolve(path), error);
}

bool TargetProbe::folder_exists(const std::string& path) {
  std::error_code error;
  return !path.empty() && std::filesystem::is_directory(context_.resolve(path), error);
}

std::optional<std::string> TargetProbe::file_digest(std::string_view algorithm, const std::string& path) {
  const auto known = digest_from_name(algorithm);
  if (!known) return std::nullopt;
  FileDigest digest = digest_of_file(context_.resolve(path), *known, [] { return false; });
  if (digest.error_number != 0) return std::nullopt;
  return std::move(digest.digest);
}

}  // namespace ibtest
