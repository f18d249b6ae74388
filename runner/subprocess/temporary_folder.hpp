#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace ibtest {

/// A fresh folder below TMPDIR, /var/tmp or /tmp, removed with the value.
class TemporaryFolder {
 public:
  /// Throws Fault when none can be made.
  explicit TemporaryFolder(std::string_view purpose);
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Removes those that killed processes have left. Returns their paths.
[[nodiscard]] std::vector<std::filesystem::path> remove_abandoned_folders();

}  // namespace ibtest
