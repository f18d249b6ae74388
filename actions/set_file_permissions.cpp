#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "actions/files/mode_change.hpp"
#include "actions/files/ownership.hpp"
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
    InputField{.name = "permissions",
               .required = true,
               .default_value = "",
               .rule = InputRule::octal_mode,
               .description = "Octal mode; the umask does not apply."},
};

std::string set_permissions(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto mode = parse_permissions(item.text("permissions"));
  if (!mode) return unusable_permissions(item.text("permissions"));
  const auto file = context.resolve(without_trailing_separators(path));
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    return errno == ENOENT ? file.string() + " does not exist" : path_error("setting the mode of", file, errno);
  }
  if (S_ISDIR(status.st_mode)) {
    return file.string() + " is a folder; SetFolderPermissions sets the permissions of folders";
  }
  ModeChange change(*mode);
  // SETFILEPERMISSIONS-2: links are followed.
  if (auto reason = change.apply(AT_FDCWD, file.c_str(), true, file.string()); !reason.empty()) return reason;
  change.report(context);
  context.log("Set the permissions of file " + file.string());
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::set_file_permissions, inputs, context, set_permissions);
}

}  // namespace

constinit const ActionModule modules::set_file_permissions = {
    .name = "SetFilePermissions",
    .summary = "Sets the permissions of a file.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
