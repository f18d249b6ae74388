#include "actions/packages/service_policy.hpp"

#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

// 101: the action is forbidden (invoke-rc.d(8)).
constexpr std::string_view script = "#!/bin/sh\n# Made by ibtest for the time of an UpdateOS step.\nexit 101\n";

std::string error_text(int error_number) {
  return std::generic_category().message(error_number);
}

}  // namespace

ServicePolicy::ServicePolicy(ActionContext& context, const std::filesystem::path& root)
    : context_(context), path_(root / "usr/sbin/policy-rc.d") {
  std::error_code ignored;
  if (std::filesystem::is_directory(root / "run/systemd/system", ignored)) return;
  const FileDescriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0755));
  if (file.get() >= 0) {
    write(file.get());
    return;
  }
  if (errno == EEXIST || errno == ENOENT) return;  // the target's own one; nothing that would ask it
  context_.warn(fmt::format("cannot create {} ({}); updated packages may try to start services", path_.string(),
                            error_text(errno)));
}

void ServicePolicy::write(int file) {
  const bool complete = ::write(file, script.data(), script.size()) == static_cast<ssize_t>(script.size()) &&
                        ::fchmod(file, 0755) == 0 && ::fstat(file, &written_) == 0;
  present_ = complete;
  if (complete) return;
  context_.warn(fmt::format("cannot write {} ({}); updated packages may try to start services", path_.string(),
                            error_text(errno)));
  ::unlink(path_.c_str());
}

ServicePolicy::~ServicePolicy() {
  struct stat now {};
  if (!present_ || ::lstat(path_.c_str(), &now) != 0) return;
  // A package that brings its own policy-rc.d has put it in this one's place.
  if (now.st_dev != written_.st_dev || now.st_ino != written_.st_ino || now.st_size != written_.st_size) return;
  if (::unlink(path_.c_str()) == 0) return;
  try {
    context_.warn(fmt::format("cannot remove {} ({}); remove it, or no package starts services any more",
                              path_.string(), error_text(errno)));
  } catch (const std::exception&) {
    return;  // without anybody to tell
  }
}

}  // namespace ibtest
