#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "actions/files/owner_change.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/tree_walk.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Existing folder."},
    InputField{.name = "owner",
               .required = true,
               .default_value = "",
               .rule = InputRule::account,
               .description = "User name or ID."},
    InputField{.name = "group",
               .default_value = "",
               .rule = InputRule::account,
               .description = "Group name or ID; the primary group of the owner without it."},
    InputField{.name = "recursive",
               .type = InputType::boolean,
               .default_value = "true",
               .description = "Whether everything in the folder gets them too."},
};

/// Changes links themselves, not what they lead to (SETFOLDEROWNER-2).
class OwnerSetter : public TreeVisitor {
 public:
  explicit OwnerSetter(const OwnerChange& change) : change_(change) {}

  std::string enter(const TreeFolder& folder) override {
    return change_.apply(folder.file, "", AT_EMPTY_PATH, folder.path);
  }
  std::string visit(const TreeEntry& entry) override {
    return change_.apply(entry.folder, entry.name, AT_SYMLINK_NOFOLLOW, entry.path());
  }

 private:
  const OwnerChange& change_;
};

std::string set_owner(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto folder = context.resolve(without_trailing_separators(path));
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    return errno == ENOENT ? folder.string() + " does not exist" : path_error("setting the owner of", folder, errno);
  }
  if (!S_ISDIR(status.st_mode)) return folder.string() + " is no folder; SetFileOwner sets the owner of files";
  const auto change = OwnerChange::from(item, context);
  if (!change.error.empty()) return change.error;
  const bool recursive = item.flag("recursive");
  OwnerSetter setter(change);
  auto reason = recursive ? walk_tree({.root = folder, .doing = "setting the owner of"}, setter, context)
                          : change.apply(AT_FDCWD, folder.c_str(), 0, folder.string());
  if (!reason.empty()) return reason;
  context.log("Set the owner of folder " + folder.string() + (recursive ? " and everything in it" : ""));
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::set_folder_owner, inputs, context, set_owner);
}

}  // namespace

constinit const ActionModule modules::set_folder_owner = {
    .name = "SetFolderOwner",
    .summary = "Sets owner and group of a folder and of everything in it.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
