#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actions/packages/package_process.hpp"

namespace ibtest {

struct InstalledPackage {
  std::string name;                ///< as the package manager takes it, the same after an update
  std::vector<std::string> names;  ///< all names by which a document may mean it
  std::string version;
  bool held = false;  ///< by the target's administrator (apt-mark hold)

  /// Whether an entry of `include` or `exclude` means it; wildcards are `*`, `?` and `[...]`, as yum has them.
  [[nodiscard]] bool is_meant_by(const std::string& entry) const;
};

/// What is installed, or why that is not known.
struct InstalledPackages {
  std::vector<InstalledPackage> list;
  std::string error;

  [[nodiscard]] bool has(const std::string& entry) const;
  /// Whether a package that the entry means has another version in `later`.
  [[nodiscard]] bool changed(const std::string& entry, const InstalledPackages& later) const;
};

[[nodiscard]] bool has_wildcard(std::string_view entry);
/// Whether one of the patterns fits the name.
[[nodiscard]] bool fits_any(const std::string& name, const std::vector<std::string>& patterns);

[[nodiscard]] InstalledPackages query_dpkg(PackageProcess& processes);
[[nodiscard]] InstalledPackages query_rpm(PackageProcess& processes);

}  // namespace ibtest
