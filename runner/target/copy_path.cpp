#include "runner/target/copy_path.hpp"

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

void copy_path(const std::filesystem::path& source, const std::filesystem::path& destination, const std::string& name) {
  std::error_code error;
  if (destination.has_parent_path()) std::filesystem::create_directories(destination.parent_path(), error);
  if (!error && !std::filesystem::is_directory(source)) {
    std::filesystem::copy_file(source, destination, std::filesystem::copy_options::overwrite_existing, error);
  } else if (!error) {
    std::filesystem::copy(source / ".", destination,
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks |
                              std::filesystem::copy_options::overwrite_existing,
                          error);
  }
  if (error) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("copying {} to {}: {}", name, destination.string(), error.message()));
  }
}

}  // namespace ibtest
