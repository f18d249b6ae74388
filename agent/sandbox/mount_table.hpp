#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// A mounted file system, or part of one.
struct Mount {
  unsigned long id = 0;
  std::filesystem::path place;
  bool is_directory = true;
};

/// What a file such as /proc/self/mountinfo says, in its order.
[[nodiscard]] std::vector<Mount> parse_mounts(std::string_view mountinfo);

/// The mounts of this process, the root not among them.
[[nodiscard]] std::vector<Mount> all_mounts();
/// Those that can be seen (nothing is mounted over them), parents before children.
[[nodiscard]] std::vector<Mount> visible_mounts();

/// Whether `path` is `folder` or in it.
[[nodiscard]] bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace ibtest
