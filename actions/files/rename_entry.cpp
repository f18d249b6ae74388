#include "actions/files/rename_entry.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>

namespace ibtest {

int rename_entry(int from_folder, const char* from, int to_folder, const char* to, bool replace) {
  if (replace) return ::renameat(from_folder, from, to_folder, to) == 0 ? 0 : errno;
  if (::renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // Not every file system can do it in one go.
  struct stat status {};
  if (::fstatat(to_folder, to, &status, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  return ::renameat(from_folder, from, to_folder, to) == 0 ? 0 : errno;
}

}  // namespace ibtest
