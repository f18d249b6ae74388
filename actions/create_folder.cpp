#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/ownership.hpp"
#include "actions/files/target_path.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Folder to create; missing parents are created."},
    InputField{.name = "owner",
               .default_value = "",
               .rule = InputRule::account,
               .unix_only = true,
               .description = "User name or ID; the current user without it."},
    InputField{.name = "group",
               .default_value = "",
               .rule = InputRule::account,
               .unix_only = true,
               .description = "Group name or ID; the group of the current user without it."},
    InputField{.name = "permissions",
               .default_value = "0777",
               .rule = InputRule::octal_mode,
               .unix_only = true,
               .description = "Octal mode; the umask still applies."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .rule = InputRule::overwrite,
               .description = "Whether the folder may exist already; its contents are kept."},
};

/// CREATEFOLDER-2, -3, -5: what may be at that path already.
std::string check_existing(const std::filesystem::path& folder, bool overwrite, ActionContext& context) {
  std::error_code failed;
  if (!std::filesystem::is_directory(folder, failed)) return folder.string() + " exists and is no folder";
  if (!overwrite) return folder.string() + " exists already, and overwrite is false";
  if (!std::filesystem::is_empty(folder, failed) && !failed) {
    return context.tolerate(folder.string() +
                            " exists and is not empty; its contents are kept (DeleteFolder removes them)");
  }
  return {};
}

std::string apply_ownership(const std::filesystem::path& folder, const Ownership& ownership, bool is_new) {
  const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return path_error("opening", folder, errno);
  return ownership.apply(opened.get(), folder.string(), is_new);
}

std::string create(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto ownership = Ownership::from(item);
  if (!ownership.error.empty()) return ownership.error;

  const auto folder = context.resolve(without_trailing_separators(path));
  if (auto reason = create_parents(folder); !reason.empty()) return reason;
  const bool is_new = ::mkdir(folder.c_str(), ownership.mode) == 0;
  if (!is_new && errno != EEXIST) return path_error("creating the folder", folder, errno);
  if (!is_new) {
    if (auto reason = check_existing(folder, item.flag("overwrite"), context); !reason.empty()) return reason;
  }
  if (auto reason = apply_ownership(folder, ownership, is_new); !reason.empty()) {
    if (is_new) ::rmdir(folder.c_str());
    return reason;
  }
  if (const auto warning = ownership.umask_warning(); !warning.empty()) context.warn(path + ": " + warning);
  context.log((is_new ? "Created folder " : "Kept existing folder ") + folder.string());
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::create_folder, inputs, context, create);
}

}  // namespace

constinit const ActionModule modules::create_folder = {
    .name = "CreateFolder",
    .summary = "Creates a folder, with owner, group and permissions.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
