#include "runner/target/copy_path.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "runner/target/copy_budget.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

// Deeper ones are nobody's logs, and each level has a file open.
constexpr int deepest = 100;

Fault failed(const std::string& doing, const fs::path& place, int error) {
  return {ExitStatus::target_failed, system_error_text(doing + " " + place.string(), error)};
}

/// Copies one tree. Everything is opened from the folder that it was found in, and no link is followed: what made the
/// tree may still run and change it.
class TreeCopy {
 public:
  void copy(FileDescriptor source, const fs::path& destination, int depth = 0) {
    struct stat about {};
    if (::fstat(source.get(), &about) != 0) throw failed("reading for", destination, errno);
    budget_.spend_entry();
    if (S_ISREG(about.st_mode)) {
      budget_.spend_bytes(static_cast<std::uint64_t>(about.st_size));
      copy_file(source, destination, static_cast<std::uint64_t>(about.st_size));
    } else if (S_ISDIR(about.st_mode)) {
      copy_folder(std::move(source), destination, depth);
    }
  }

 private:
  // What has come since its size was looked at is left out.
  static void copy_file(const FileDescriptor& source, const fs::path& destination, std::uint64_t size) {
    constexpr mode_t mode = 0644;
    const FileDescriptor file(::open(destination.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
    if (!file.is_open()) throw failed("writing", destination, errno);
    std::array<char, 64U << 10U> piece;  // NOLINT: written before it is read
    while (size > 0) {
      const ssize_t count = ::read(source.get(), piece.data(), std::min<std::uint64_t>(size, piece.size()));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw failed("reading for", destination, errno);
      if (count == 0) return;
      if (const int error = write_all(file.get(), {piece.data(), static_cast<std::size_t>(count)}); error != 0)
        throw failed("writing", destination, error);
      size -= static_cast<std::uint64_t>(count);
    }
  }

  void copy_folder(FileDescriptor source, const fs::path& destination, int depth) {
    if (depth == deepest)
      throw Fault(ExitStatus::target_failed, fmt::format("folders lie more than {} deep in each other", deepest));
    std::error_code error;
    fs::create_directory(destination, error);
    if (error) throw failed("making", destination, error.value());
    const int number = source.get();
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(source.release()), ::closedir);
    if (!folder) throw failed("reading for", destination, errno);
    while (const dirent* const entry = ::readdir(folder.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat about {};
      if (::fstatat(number, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone meanwhile
      if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) continue;
      FileDescriptor inner(::openat(number, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
      if (!inner.is_open()) throw failed("reading for", destination / name, errno);
      copy(std::move(inner), destination / name, depth + 1);
    }
  }

  CopyBudget budget_;
};

}  // namespace

void copy_path(const fs::path& source, const fs::path& destination, const std::string& name) {
  try {
    std::error_code error;
    if (destination.has_parent_path()) fs::create_directories(destination.parent_path(), error);
    FileDescriptor opened(::open(source.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!opened.is_open()) throw failed("reading", name, errno);
    TreeCopy().copy(std::move(opened), destination);
  } catch (const Fault& fault) {
    throw fault.while_doing(fmt::format("copying {} to {}", name, destination.string()));
  }
}

}  // namespace ibtest
