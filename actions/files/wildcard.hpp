#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// Where a path has the only wildcard there is, `*` (GLOB-1).
enum class Wildcard { none, in_name, misplaced };

/// `*` may stand only after the last separator (GLOB-2); separators at the end do not count.
[[nodiscard]] Wildcard wildcard_in(std::string_view path);

/// Whether the name fits the pattern: `*` is zero or more characters, a leading dot included; everything else stands
/// for itself, with letter case (GLOB-1, GLOB-3). Linear in practice: one pass with one place to go back to.
[[nodiscard]] bool matches(std::string_view name, std::string_view pattern);

struct MatchingFiles {
  std::vector<std::filesystem::path> files;  ///< in byte order of their names (GLOB-5)
  std::string error;
};

/// The files, and links that do not lead to folders, of the pattern's folder that match (GLOB-4). A folder that does
/// not exist has none.
[[nodiscard]] MatchingFiles matching_files(const std::filesystem::path& pattern);

struct MatchingFolders {
  std::vector<std::filesystem::path> folders;  ///< in byte order of their names (GLOB-5)
  std::string error;
};

/// The folders, but no links to folders, of the pattern's folder that match (GLOB-4).
[[nodiscard]] MatchingFolders matching_folders(const std::filesystem::path& pattern);

}  // namespace ibtest
