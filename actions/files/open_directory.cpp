#include "actions/files/open_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ibtest {

namespace {

EntryKind kind_of_mode(mode_t mode) {
  if (S_ISDIR(mode)) return EntryKind::folder;
  if (S_ISLNK(mode)) return EntryKind::link;
  return S_ISREG(mode) ? EntryKind::file : EntryKind::special;
}

}  // namespace

Directory open_directory(int parent, const char* name, bool follow_link) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow_link ? 0 : O_NOFOLLOW);
  const int file = ::openat(parent, name, flags);
  if (file < 0) return nullptr;
  Directory directory(::fdopendir(file));
  if (!directory) ::close(file);
  return directory;
}

EntryKind kind_of_entry(int parent, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return kind_of_mode(DTTOIF(entry.d_type));
  struct stat status {};
  // What is gone meanwhile is no folder to enter.
  if (::fstatat(parent, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return EntryKind::special;
  return kind_of_mode(status.st_mode);
}

}  // namespace ibtest
