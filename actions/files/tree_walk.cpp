#include "actions/files/tree_walk.hpp"

#include <cerrno>
#include <fcntl.h>
#include <vector>

#include "actions/files/target_path.hpp"

namespace ibtest {

namespace {

constexpr std::size_t entries_between_questions = 64;

std::string joined(const std::string& folder, const char* name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

bool is_dots(const char* name) {
  const std::string_view text(name);
  return text == "." || text == "..";
}

class Walker {
 public:
  Walker(const TreeWalk& walk, TreeVisitor& visitor, ActionContext& context)
      : walk_(walk), visitor_(visitor), context_(context) {}

  std::string go() {
    const auto& root = walk_.root.native();
    if (auto error = enter(open_directory(AT_FDCWD, root.c_str(), true), root, root); !error.empty()) return error;
    while (!levels_.empty()) {
      if (auto error = next(); !error.empty()) return error;
    }
    return {};
  }

 private:
  struct Level {
    Directory directory;
    std::string path;
    std::string name;
  };

  [[nodiscard]] TreeFolder innermost() const {
    const Level& level = levels_.back();
    return {::dirfd(level.directory.get()), level.path, level.name, levels_.size() == 1};
  }

  std::string enter(Directory directory, std::string path, std::string name) {
    if (!directory) return path_error(walk_.doing, path, errno);
    levels_.push_back({std::move(directory), std::move(path), std::move(name)});
    return visitor_.enter(innermost());
  }

  std::string leave() {
    auto error = visitor_.leave(innermost());
    levels_.pop_back();
    return error;
  }

  /// The next entry of the innermost folder.
  std::string next() {
    DIR* const directory = levels_.back().directory.get();
    errno = 0;
    const dirent* const entry = ::readdir(directory);
    if (entry == nullptr) return errno == 0 ? leave() : path_error(walk_.doing, levels_.back().path, errno);
    if (is_dots(entry->d_name)) return {};
    if (++entries_ % entries_between_questions == 0 && context_.must_stop()) {
      return "stopped while " + std::string(walk_.doing) + " " + walk_.root.string();
    }
    const int folder = ::dirfd(directory);
    const auto kind = kind_of_entry(folder, *entry);
    const auto& path = levels_.back().path;
    if (kind != EntryKind::folder) return visitor_.visit({folder, path, entry->d_name, kind});
    if (!walk_.recursive) return {};
    return enter(open_directory(folder, entry->d_name), joined(path, entry->d_name), entry->d_name);
  }

  const TreeWalk& walk_;
  TreeVisitor& visitor_;
  ActionContext& context_;
  std::vector<Level> levels_;
  std::size_t entries_ = 0;
};

}  // namespace

std::string TreeEntry::path() const {
  return joined(folder_path, name);
}

std::string walk_tree(const TreeWalk& walk, TreeVisitor& visitor, ActionContext& context) {
  return Walker(walk, visitor, context).go();
}

}  // namespace ibtest
