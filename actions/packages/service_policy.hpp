#pragma once

#include <filesystem>
#include <sys/stat.h>

#include "actions/action_context.hpp"

namespace ibtest {

/// While this lives, maintainer scripts of Debian packages start no services where nothing could run them: without
/// systemd, a policy-rc.d is there that forbids it (EMU-UPDATEOS-3). One that the target has is left alone; where
/// systemd runs it decides, as on an instance.
class ServicePolicy {
 public:
  /// `root` is the root folder.
  explicit ServicePolicy(ActionContext& context, const std::filesystem::path& root = "/");
  ServicePolicy(const ServicePolicy&) = delete;
  ServicePolicy& operator=(const ServicePolicy&) = delete;
  ~ServicePolicy();

 private:
  void write(int file);

  ActionContext& context_;
  std::filesystem::path path_;
  struct stat written_ {};
  bool present_ = false;
};

}  // namespace ibtest
