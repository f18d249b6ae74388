#include "agent/program/private_folder.hpp"

#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

void make_private_folder(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), ignored);
  if (::mkdir(folder.c_str(), 0700) == 0) return;
  struct stat about {};
  if (::lstat(folder.c_str(), &about) != 0) return;
  std::string flaw;
  if (!S_ISDIR(about.st_mode)) {
    flaw = "is no folder";
  } else if (about.st_uid != ::geteuid()) {
    flaw = "belongs to another user";
  } else if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    flaw = "may be written to by other users";
  }
  if (!flaw.empty())
    throw Fault(ExitStatus::target_failed, "the folder for the state of runs, " + folder.string() + ", " + flaw,
                "remove it, or make it a folder of this user with mode 0700");
  ::chmod(folder.c_str(), 0700);
}

}  // namespace ibtest
