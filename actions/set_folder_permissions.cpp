#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "actions/checks/check_values.hpp"
#include "actions/files/mode_change.hpp"
#include "actions/files/ownership.hpp"
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
    InputField{.name = "permissions",
               .required = true,
               .default_value = "",
               .rule = InputRule::octal_mode,
               .description = "Octal mode; the umask does not apply."},
    InputField{.name = "recursive",
               .type = InputType::boolean,
               .default_value = "true",
               .description = "Whether all files and folders in it get the same mode."},
};

/// SETFOLDERPERMISSIONS-2: links are left alone, and folders come after their contents, so that a mode without `x` does
/// not block the way.
class ModeSetter : public TreeVisitor {
 public:
  explicit ModeSetter(ModeChange& change) : change_(change) {}

  std::string visit(const TreeEntry& entry) override {
    if (entry.kind == EntryKind::link) return {};
    return change_.apply(entry.folder, entry.name, false, entry.path());
  }
  std::string leave(const TreeFolder& folder) override { return change_.apply(folder.file, folder.path); }

 private:
  ModeChange& change_;
};

std::string set_permissions(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto mode = parse_permissions(item.text("permissions"));
  if (!mode) return unusable_permissions(item.text("permissions"));
  const auto folder = context.resolve(without_trailing_separators(path));
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    return errno == ENOENT ? folder.string() + " does not exist" : path_error("setting the mode of", folder, errno);
  }
  if (!S_ISDIR(status.st_mode)) {
    return folder.string() + " is no folder; SetFilePermissions sets the permissions of files";
  }
  const bool recursive = item.flag("recursive");
  ModeChange change(*mode);
  ModeSetter setter(change);
  auto reason = recursive ? walk_tree({.root = folder, .doing = "setting the mode of"}, setter, context)
                          : change.apply(AT_FDCWD, folder.c_str(), true, folder.string());
  change.report(context);
  if (!reason.empty()) return reason;
  context.log("Set the permissions of folder " + folder.string() + (recursive ? " and everything in it" : ""));
  return {};
}

/// SETFOLDERPERMISSIONS-1: one mode for files and folders fits neither.
void check_recursion(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  const YamlNode* const permissions = item.find("permissions");
  const YamlNode* const recursive = item.find("recursive");
  if (permissions == nullptr || !is_known_text(*permissions)) return;
  if (recursive != nullptr && !recursive->is_null() && (!is_known_text(*recursive) || !is_true(recursive->text))) {
    return;
  }
  const auto mode = parse_permissions(permissions->text);
  if (!mode) return;
  const bool grants_x = (*mode & 0111U) != 0;
  findings.add("recursive-permissions"_code, permissions->range,
               grants_x ? "this makes every file in the folder executable too"
                        : "this makes sub-folders unusable for everyone but root",
               "set `recursive: false`, or use `chmod -R u=rwX,go=rX` in ExecuteBash");
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::set_folder_permissions, inputs, context, set_permissions);
}

}  // namespace

constinit const ActionModule modules::set_folder_permissions = {
    .name = "SetFolderPermissions",
    .summary = "Sets the permissions of a folder and of everything in it.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_recursion,
    .run = run,
};

}  // namespace ibtest
