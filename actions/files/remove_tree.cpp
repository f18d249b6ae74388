#include "actions/files/remove_tree.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/open_directory.hpp"
#include "actions/files/target_path.hpp"

namespace ibtest {

namespace {

// Every level holds an open file; what lies deeper is moved up first.
constexpr std::size_t deepest_level = 100;
constexpr std::size_t entries_between_questions = 64;
// A folder that others keep filling is given up.
constexpr int most_passes = 10;

class TreeRemover {
 public:
  TreeRemover(std::filesystem::path root, const std::function<bool()>& stop) : root_(std::move(root)), stop_(stop) {}

  std::string remove() {
    for (int pass = 0; pass < most_passes; ++pass) {
      Directory top = open_directory(AT_FDCWD, root_.c_str());
      if (!top) return path_error("deleting", root_, errno);
      top_ = ::dirfd(top.get());
      if (!empty(*top, root_, 0)) return error_;
      // What was moved up from the depths is found in the next pass.
      if (::rmdir(root_.c_str()) == 0) return {};
      if (errno != ENOTEMPTY && errno != EEXIST) return path_error("deleting", root_, errno);
      if (moved_ > 0) pass = 0;
      moved_ = 0;
    }
    return path_error("deleting", root_, ENOTEMPTY);
  }

 private:
  bool fail(const std::filesystem::path& path, int error_number) {
    error_ = path_error("deleting", path, error_number);
    return false;
  }

  /// Removes everything in the folder; false with error_ set when something stays.
  // NOLINTNEXTLINE(misc-no-recursion): not deeper than deepest_level
  bool empty(DIR& directory, const std::filesystem::path& path, std::size_t level) {
    const int folder = ::dirfd(&directory);
    while (true) {
      errno = 0;
      const dirent* entry = ::readdir(&directory);
      if (entry == nullptr) return errno == 0 || fail(path, errno);
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++entries_ % entries_between_questions == 0 && stop_()) {
        error_ = "stopped while deleting " + root_.string();
        return false;
      }
      const bool removed = kind_of_entry(folder, *entry) == EntryKind::folder
                               ? remove_folder(folder, name, path / name, level + 1)
                               : remove_file(folder, name, path / name);
      if (!removed) return false;
    }
  }

  bool remove_file(int parent, const std::string& name, const std::filesystem::path& path) {
    return ::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT || fail(path, errno);
  }

  // NOLINTNEXTLINE(misc-no-recursion): not deeper than deepest_level
  bool remove_folder(int parent, const std::string& name, const std::filesystem::path& path, std::size_t level) {
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
    if (errno != ENOTEMPTY && errno != EEXIST) return fail(path, errno);
    if (level >= deepest_level) return move_up(parent, name, path);
    Directory directory = open_directory(parent, name.c_str());
    if (!directory) return errno == ENOENT || fail(path, errno);
    if (!empty(*directory, path, level)) return false;
    // Not empty any more: others write here, or something was moved up to this folder. Seen in the next pass.
    return ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT || errno == ENOTEMPTY ||
           errno == EEXIST || fail(path, errno);
  }

  bool move_up(int parent, const std::string& name, const std::filesystem::path& path) {
    const auto new_name = ".ibtest-deleting-" + std::to_string(::getpid()) + "-" + std::to_string(moved_total_++);
    if (::renameat(parent, name.c_str(), top_, new_name.c_str()) != 0) return fail(path, errno);
    ++moved_;
    return true;
  }

  std::filesystem::path root_;
  const std::function<bool()>& stop_;
  int top_ = -1;
  std::size_t entries_ = 0;
  std::size_t moved_ = 0;
  std::size_t moved_total_ = 0;
  std::string error_;
};

}  // namespace

std::string remove_tree(const std::filesystem::path& folder, const std::function<bool()>& stop) {
  return TreeRemover(folder, stop).remove();
}

}  // namespace ibtest
