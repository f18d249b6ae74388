#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "actions/files/owner_change.hpp"
#include "actions/files/target_path.hpp"
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
               .description = "Existing file."},
    InputField{.name = "owner",
               .required = true,
               .default_value = "",
               .rule = InputRule::account,
               .description = "User name or ID."},
    InputField{.name = "group",
               .default_value = "",
               .rule = InputRule::account,
               .description = "Group name or ID; the primary group of the owner without it."},
};

std::string set_owner(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto file = context.resolve(without_trailing_separators(path));
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    return errno == ENOENT ? file.string() + " does not exist" : path_error("setting the owner of", file, errno);
  }
  if (S_ISDIR(status.st_mode)) return file.string() + " is a folder; SetFolderOwner sets the owner of folders";
  const auto change = OwnerChange::from(item, context);
  if (!change.error.empty()) return change.error;
  // SETFILEOWNER-2: links are followed.
  if (auto reason = change.apply(AT_FDCWD, file.c_str(), 0, file.string()); !reason.empty()) return reason;
  context.log("Set the owner of file " + file.string());
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::set_file_owner, inputs, context, set_owner);
}

}  // namespace

constinit const ActionModule modules::set_file_owner = {
    .name = "SetFileOwner",
    .summary = "Sets owner and group of a file.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
