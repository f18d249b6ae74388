#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ibtest {

/// Where the shell would find `name`: itself when it has a slash, else the first executable file in PATH.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace ibtest
