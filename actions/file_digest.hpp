#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "agent/expression/condition.hpp"

namespace ibtest {

/// The digest of a file's content in lower-case hexadecimal digits, read in pieces; nothing when the file cannot be
/// read.
[[nodiscard]] std::optional<std::string> file_digest(DigestAlgorithm algorithm, const std::filesystem::path& file);

}  // namespace ibtest
