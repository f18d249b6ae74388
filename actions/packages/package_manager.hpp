#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace ibtest {

/// What updates the target's packages.
struct PackageManager {
  enum class Kind { yum, apt_get };
  Kind kind = Kind::yum;
  bool on_amazon_linux_2023 = false;  ///< documented as unsupported (UPDATEOS-4)
  std::string error;                  ///< why there is none, and what to do; empty when there is one
};

/// yum, else apt-get, in PATH of the step's environment (EMU-UPDATEOS-1). A target that has only others is told which
/// (UPDATEOS-3). `os_release` is the text of /etc/os-release.
[[nodiscard]] PackageManager detect_package_manager(std::string_view os_release,
                                                    const std::map<std::string, std::string>& environment,
                                                    const std::filesystem::path& working_directory);

/// The text of /etc/os-release, or of the file below /usr/lib that it usually is a link to; empty for none.
[[nodiscard]] std::string read_os_release();

}  // namespace ibtest
