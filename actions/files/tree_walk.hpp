#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "actions/action_context.hpp"
#include "actions/files/open_directory.hpp"

namespace ibtest {

/// Something below the folder that is walked: its name in the open folder that holds it.
struct TreeEntry {
  int folder = -1;
  const std::string& folder_path;
  const char* name = "";
  EntryKind kind = EntryKind::file;

  [[nodiscard]] std::string path() const;
};

/// A folder that is walked through, open.
struct TreeFolder {
  int file = -1;
  const std::string& path;
  const std::string& name;  ///< in the folder above; of the root, its path
  bool is_root = false;
};

/// What is done with a tree. Each function gives why the walk must end; empty to go on.
class TreeVisitor {
 public:
  TreeVisitor() = default;
  TreeVisitor(const TreeVisitor&) = delete;
  TreeVisitor& operator=(const TreeVisitor&) = delete;
  virtual ~TreeVisitor() = default;

  /// A folder, the root included, before what is in it.
  virtual std::string enter(const TreeFolder& /*folder*/) { return {}; }
  /// Everything that is no folder; links are never followed.
  virtual std::string visit(const TreeEntry& entry) = 0;
  /// A folder after what is in it.
  virtual std::string leave(const TreeFolder& /*folder*/) { return {}; }
};

struct TreeWalk {
  std::filesystem::path root;  ///< a folder, or a link to one
  std::string_view doing;      ///< for messages: "copying"
  bool recursive = true;       ///< false: sub-folders are left out
};

/// Walks through a tree of any depth and size, holding nothing but the way from the root. Folders are opened one inside
/// the other, so that no one can lead the walk elsewhere by putting a link in its way. Asks the context now and then
/// whether to stop. The error that ended it; empty when all was visited.
[[nodiscard]] std::string walk_tree(const TreeWalk& walk, TreeVisitor& visitor, ActionContext& context);

}  // namespace ibtest
