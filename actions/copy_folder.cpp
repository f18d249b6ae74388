#include <array>
#include <cerrno>
#include <sys/stat.h>

#include "actions/checks/check_copies.hpp"
#include "actions/files/copy_pairs.hpp"
#include "actions/files/copy_tree.hpp"
#include "actions/files/folder_target.hpp"
#include "actions/files/target_path.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "source",
               .required = true,
               .default_value = "",
               .rule = InputRule::path_with_wildcard,
               .description = "Folder to copy; its name may hold `*`."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Path of the copy, or with a separator at its end the folder to copy into."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .rule = InputRule::overwrite,
               .description = "Whether the folder may exist already; it is merged into."},
};

std::string copy_one(const CopyPair& pair, bool overwrite, ActionContext& context) {
  struct stat status {};
  if (::stat(pair.source.c_str(), &status) != 0) {
    return errno == ENOENT ? pair.source.string() + " does not exist" : path_error("copying", pair.source, errno);
  }
  if (!S_ISDIR(status.st_mode)) return pair.source.string() + " is no folder; CopyFile copies files";
  if (auto reason = check_folder_target(pair, overwrite, context); !reason.empty()) return reason;
  if (auto reason = create_parents(pair.target); !reason.empty()) return reason;
  auto reason = copy_tree(pair.source, pair.target, CopyPurpose::copy, context);
  if (reason.empty()) context.log("Copied folder " + pair.source.string() + " to " + pair.target.string());
  return reason;
}

std::string copy_item(const ActionInputs::Item& item, ActionContext& context) {
  const auto found = copy_pairs(item, SourceKind::folders, context);
  if (!found.error.empty()) return found.error;
  for (const auto& pair : found.pairs) {
    if (context.must_stop()) return "stopped before copying " + pair.source.string();
    if (auto reason = copy_one(pair, item.flag("overwrite"), context); !reason.empty()) return reason;
  }
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::copy_folder, inputs, context, copy_item);
}

}  // namespace

constinit const ActionModule modules::copy_folder = {
    .name = "CopyFolder",
    .summary = "Copies a folder with everything in it, or the folders that match a wildcard.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_copy,
    .run = run,
};

}  // namespace ibtest
