#include "actions/files/wildcard.hpp"

#include <algorithm>

#include "actions/files/target_path.hpp"

namespace ibtest {

Wildcard wildcard_in(std::string_view path) {
  const auto trimmed = without_trailing_separators(path);
  const auto first = trimmed.find('*');
  if (first == std::string::npos) return Wildcard::none;
  const auto separator = trimmed.rfind('/');
  return separator != std::string::npos && first < separator ? Wildcard::misplaced : Wildcard::in_name;
}

bool matches(std::string_view name, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume_at = 0;
  while (at < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      resume_at = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == name[at]) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++resume_at;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

namespace {

namespace fs = std::filesystem;

bool is_file_or_link(const fs::directory_entry& entry) {
  std::error_code ignored;
  const auto kind = entry.status(ignored).type();
  return entry.is_symlink(ignored) ? kind != fs::file_type::directory : kind == fs::file_type::regular;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.symlink_status(ignored).type() == fs::file_type::directory;
}

/// Puts what fits the pattern into `found`; the error, empty when the folder could be read or does not exist.
std::string find_matches(const fs::path& pattern, bool (*accepts)(const fs::directory_entry&),
                         std::vector<fs::path>& found) {
  std::error_code failed;
  const auto name_pattern = pattern.filename().string();
  for (fs::directory_iterator entry(pattern.parent_path(), failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (matches(entry->path().filename().native(), name_pattern) && accepts(*entry)) found.push_back(entry->path());
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    return path_error("listing", pattern.parent_path(), failed.value());
  }
  std::ranges::sort(found, {}, [](const fs::path& path) { return path.filename().native(); });
  return {};
}

}  // namespace

MatchingFiles matching_files(const std::filesystem::path& pattern) {
  MatchingFiles found;
  found.error = find_matches(pattern, is_file_or_link, found.files);
  return found;
}

MatchingFolders matching_folders(const std::filesystem::path& pattern) {
  MatchingFolders found;
  found.error = find_matches(pattern, is_folder, found.folders);
  return found;
}

}  // namespace ibtest
