#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/lint/shell_results.hpp"

namespace ibtest {

/// A file with a script, by its path.
using ScriptFiles = std::map<std::string, const std::string*, std::less<>>;

/// The findings of `shellcheck --format=json1`, by path; nothing when the text is something else.
[[nodiscard]] std::optional<std::multimap<std::string, ShellFinding>> read_shellcheck_output(std::string_view output,
                                                                                             const ScriptFiles& files);

/// What `bash -n` says about a script that it refuses, as a finding of shell-syntax; nothing when that is not about its
/// syntax.
[[nodiscard]] std::optional<ShellFinding> read_bash_output(std::string_view output, const std::string& path,
                                                           std::string_view script);

}  // namespace ibtest
