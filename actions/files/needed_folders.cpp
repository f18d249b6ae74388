#include "actions/files/needed_folders.hpp"

#include <algorithm>
#include <string_view>

namespace ibtest {

bool holds(const std::filesystem::path& folder, const std::filesystem::path& inner) {
  const auto [folder_end, ignored] = std::ranges::mismatch(folder, inner);
  return folder_end == folder.end();
}

std::filesystem::path canonical_or_same(const std::filesystem::path& path) {
  std::error_code failed;
  auto canonical = std::filesystem::weakly_canonical(path, failed);
  return failed ? path.lexically_normal() : canonical;
}

std::string needed_by_run(const std::filesystem::path& folder, std::string_view done, const ActionContext& context) {
  // Compared as written as well, since a link on the way to the working folder must stay too.
  const auto written = folder.lexically_normal();
  const auto real = canonical_or_same(folder);
  if (real == "/" || written == "/") return "the root folder is never " + std::string(done);
  struct Kept {
    std::string_view name;
    const std::filesystem::path& path;
  };
  for (const auto& [name, path] :
       {Kept{"log folder", context.log_directory()}, Kept{"working folder", context.working_directory()}}) {
    if (!path.empty() && (holds(real, canonical_or_same(path)) || holds(written, path.lexically_normal()))) {
      return folder.string() + " is or holds the " + std::string(name) + " of this run (" + path.string() + ")";
    }
  }
  return {};
}

}  // namespace ibtest
