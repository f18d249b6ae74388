#include "actions/files/replacement_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <random>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/files/target_path.hpp"

namespace ibtest {

namespace {

constexpr int attempts_to_name = 100;
constexpr std::size_t copy_piece = 16U << 20U;

/// 0 or the error number.
int copy_all(int source, int destination, off_t size) {
  off_t offset = 0;
  while (offset < size) {
    const ssize_t copied = ::sendfile(destination, source, &offset, copy_piece);
    if (copied < 0 && errno != EINTR) return errno;
    if (copied == 0) return EIO;
  }
  return 0;
}

}  // namespace

ReplacementFile::~ReplacementFile() {
  discard();
}

void ReplacementFile::discard() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

std::string ReplacementFile::open(const std::filesystem::path& path) {
  path_ = path;
  struct stat status {};
  if (::lstat(path_.c_str(), &status) == 0 && S_ISLNK(status.st_mode)) {
    // A link that leads nowhere yet makes the file it names.
    std::error_code error;
    path_ = std::filesystem::weakly_canonical(path_.parent_path() / std::filesystem::read_symlink(path_, error), error);
    if (error) return path_error("following the link", path, error.value());
  }
  if (::stat(path_.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return path.string() + " is a folder; add the file name";
    if (!S_ISREG(status.st_mode)) {
      file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
      return file_.is_open() ? std::string() : path_error("writing", path_, errno);
    }
  }
  return make_temporary();
}

std::string ReplacementFile::make_temporary() {
  std::random_device random;
  for (int attempt = 0; attempt < attempts_to_name; ++attempt) {
    // Not made of the file's own name, which may be as long as names can be.
    auto name = path_.parent_path() / fmt::format(".ibtest-{:08x}{:08x}.part", random(), random());
    file_ = FileDescriptor(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
    if (file_.is_open()) {
      temporary_ = std::move(name);
      return {};
    }
    if (errno != EEXIST) break;
  }
  return path_error("creating a file in", path_.parent_path(), errno);
}

std::string ReplacementFile::write(std::string_view bytes) {
  if (const int reason = write_all(file_.get(), bytes); reason != 0) return path_error("writing", path_, reason);
  return {};
}

std::string ReplacementFile::commit(bool overwrite) {
  if (temporary_.empty()) return {};
  struct stat existing {};
  if (::lstat(path_.c_str(), &existing) == 0) {
    if (!overwrite) return path_.string() + " has come into being during the download, and overwrite is false";
    // chown clears setuid, so the mode comes last (OWN-4).
    struct stat own {};
    if (::fstat(file_.get(), &own) != 0) return path_error("replacing", path_, errno);
    const bool same_owner = own.st_uid == existing.st_uid && own.st_gid == existing.st_gid;
    if (!same_owner && ::fchown(file_.get(), existing.st_uid, existing.st_gid) != 0 && errno != EPERM) {
      return path_error("keeping the owner of", path_, errno);
    }
    if (::fchmod(file_.get(), existing.st_mode & 07777U) != 0) return path_error("keeping the mode of", path_, errno);
  }
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), overwrite ? 0 : RENAME_NOREPLACE) == 0 ||
      // Not every file system knows the flag.
      (errno == EINVAL && ::rename(temporary_.c_str(), path_.c_str()) == 0)) {
    temporary_.clear();
    return {};
  }
  if (errno == EBUSY) return rewrite_in_place();
  return path_error("replacing", path_, errno);
}

std::string ReplacementFile::rewrite_in_place() {
  const FileDescriptor target(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!target.is_open() || ::fstat(file_.get(), &status) != 0) return path_error("writing", path_, errno);
  // A full disk is noticed before anything has been changed.
  const bool no_space = status.st_size > 0 && ::fallocate(target.get(), FALLOC_FL_KEEP_SIZE, 0, status.st_size) != 0 &&
                        (errno == ENOSPC || errno == EFBIG || errno == EDQUOT);
  if (no_space) return path_error("writing", path_, errno);
  if (const int reason = copy_all(file_.get(), target.get(), status.st_size); reason != 0) {
    return path_error("writing", path_, reason);
  }
  if (::ftruncate(target.get(), status.st_size) != 0) return path_error("writing", path_, errno);
  discard();
  return {};
}

}  // namespace ibtest
