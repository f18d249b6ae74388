#include "actions/files/copy_tree.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <vector>

#include "actions/files/file_content.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/tree_walk.hpp"

namespace ibtest {

namespace {

class TreeCopier : public TreeVisitor {
 public:
  TreeCopier(const std::filesystem::path& target, CopyPurpose purpose, ActionContext& context)
      : target_(target.string()), purpose_(purpose), context_(context) {}

  std::string enter(const TreeFolder& folder) override {
    Level level;
    if (::fstat(folder.file, &level.original) != 0) return path_error("copying", folder.path, errno);
    if (folder.is_root) root_ = level.original;
    const int parent = folder.is_root ? AT_FDCWD : levels_.back().folder.get();
    const auto& name = folder.is_root ? target_ : folder.name;
    level.path = folder.is_root ? target_ : target_path(folder.name);
    // Its mode comes last: one without `w` would keep out what belongs in it.
    level.is_new = ::mkdirat(parent, name.c_str(), 0700) == 0;
    if (!level.is_new && errno != EEXIST) return path_error("creating the folder", level.path, errno);
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (folder.is_root ? 0 : O_NOFOLLOW);
    level.folder = FileDescriptor(::openat(parent, name.c_str(), flags));
    struct stat status {};
    if (!level.folder.is_open() && (errno == ENOTDIR || errno == ELOOP)) {
      return level.path + " is no folder, and " + folder.path + " is one";
    }
    if (!level.folder.is_open() || ::fstat(level.folder.get(), &status) != 0) {
      return path_error("writing to", level.path, errno);
    }
    // A folder that is merged into the one it lies in may meet itself there.
    if (is_same_file(status, root_)) return level.path + " is the folder that is being copied";
    levels_.push_back(std::move(level));
    return {};
  }

  std::string visit(const TreeEntry& entry) override {
    const EntryPlace source{entry.folder, entry.name, entry.path()};
    const EntryPlace target{levels_.back().folder.get(), entry.name, target_path(entry.name)};
    return copy_entry(source, target, {.purpose = purpose_}, context_);
  }

  std::string leave(const TreeFolder& folder) override {
    const Level level = std::move(levels_.back());
    levels_.pop_back();
    if (!level.is_new) return {};
    return keep_attributes(level.folder.get(), level.path, {folder.file, level.original}, purpose_);
  }

 private:
  struct Level {
    FileDescriptor folder;
    std::string path;
    struct stat original {};
    bool is_new = false;
  };

  [[nodiscard]] std::string target_path(const std::string& name) const { return levels_.back().path + "/" + name; }

  std::string target_;
  CopyPurpose purpose_;
  ActionContext& context_;
  struct stat root_ {};
  std::vector<Level> levels_;
};

}  // namespace

std::string copy_tree(const std::filesystem::path& source, const std::filesystem::path& target, CopyPurpose purpose,
                      ActionContext& context) {
  TreeCopier copier(target, purpose, context);
  return walk_tree({.root = source, .doing = purpose == CopyPurpose::move ? "moving" : "copying"}, copier, context);
}

}  // namespace ibtest
