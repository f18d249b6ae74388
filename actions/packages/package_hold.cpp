#include "actions/packages/package_hold.hpp"

#include <exception>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ibtest {

namespace {

std::vector<std::string> apt_mark(const char* action, const std::vector<std::string>& names) {
  std::vector<std::string> command_line = {"apt-mark", action};
  command_line.insert(command_line.end(), names.begin(), names.end());
  return command_line;
}

}  // namespace

PackageHold::PackageHold(PackageProcess& processes, std::vector<std::string> names)
    : processes_(processes), names_(std::move(names)) {
  if (!names_.empty()) result_ = processes_.change(apt_mark("hold", names_));
}

PackageHold::~PackageHold() {
  if (names_.empty()) return;
  try {
    release();
  } catch (const std::exception&) {
    return;  // without memory, or without anybody to tell
  }
}

// Also when `apt-mark hold` has failed: it may have held some.
void PackageHold::release() const {
  const ProcessResult released = processes_.restore(apt_mark("unhold", names_));
  if (released.error.empty()) return;
  processes_.context().warn(
      fmt::format("the packages {} are still on hold (apt-mark unhold: {}); release them with "
                  "`apt-mark unhold`",
                  fmt::join(names_, ", "), released.error));
}

}  // namespace ibtest
