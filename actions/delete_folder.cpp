#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/checks/check_copies.hpp"
#include "actions/files/needed_folders.hpp"
#include "actions/files/remove_tree.hpp"
#include "actions/files/target_path.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Folder to delete."},
    InputField{.name = "force",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether to delete everything in it as well."},
};

/// Nothing when there is a folder, or a link to one, to delete.
std::optional<std::string> check_kind(const std::filesystem::path& folder, bool force, ActionContext& context) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) {
    if (errno != ENOENT) return path_error("deleting", folder, errno);
    if (!force) return folder.string() + " does not exist (force: true allows for that)";
    context.log("Folder " + folder.string() + " does not exist");
    return "";
  }
  std::error_code failed;
  if (!std::filesystem::is_directory(folder, failed))
    return folder.string() + " is no folder; DeleteFile deletes files";
  return std::nullopt;
}

std::string delete_item(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  auto folder = context.resolve(without_trailing_separators(path));
  // "x/." and "x/.." have no name that could be removed.
  if (folder.filename() == "." || folder.filename() == "..") folder = canonical_or_same(folder);
  const bool force = item.flag("force");
  if (auto reason = check_kind(folder, force, context)) return *reason;
  const bool is_link = std::filesystem::is_symlink(folder);
  if (auto reason = needed_by_run(is_link ? folder.parent_path() / folder.filename() : folder, "deleted", context);
      !reason.empty()) {
    return reason;
  }
  if (is_link) {
    // DELETEFOLDER-3: the link goes, the folder it leads to stays.
    if (::unlink(folder.c_str()) != 0) return path_error("deleting the link", folder, errno);
  } else if (::rmdir(folder.c_str()) != 0) {
    const bool not_empty = errno == ENOTEMPTY || errno == EEXIST;
    if (!not_empty) return path_error("deleting", folder, errno);
    if (!force) return folder.string() + " is not empty; force: true deletes it with everything in it";
    const auto stop = [&context] { return context.must_stop(); };
    if (auto reason = remove_tree(folder, stop); !reason.empty()) return reason;
  }
  context.log((is_link ? "Deleted link " : "Deleted folder ") + folder.string());
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::delete_folder, inputs, context, delete_item);
}

}  // namespace

constinit const ActionModule modules::delete_folder = {
    .name = "DeleteFolder",
    .summary = "Deletes a folder.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_deletion,
    .run = run,
};

}  // namespace ibtest
