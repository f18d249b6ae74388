#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/target_path.hpp"
#include "actions/files/wildcard.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path_with_wildcard,
               .description = "File to delete; the file name may hold `*`."},
};

std::string delete_one(const std::filesystem::path& file, ActionContext& context) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) {
    if (errno != ENOENT) return path_error("deleting", file, errno);
    return file.string() + " does not exist (a wildcard in the name, or onFailure: Ignore, allows for that)";
  }
  if (S_ISDIR(status.st_mode)) return file.string() + " is a folder; DeleteFolder deletes folders";
  // A link is removed, not what it leads to (DELETEFILE-3).
  if (::unlink(file.c_str()) != 0) return path_error("deleting", file, errno);
  context.log("Deleted file " + file.string());
  return {};
}

std::string delete_matches(const std::filesystem::path& pattern, ActionContext& context) {
  const auto found = matching_files(pattern);
  if (!found.error.empty()) return found.error;
  if (found.files.empty()) context.warn("no file matches " + pattern.string());
  for (const auto& file : found.files) {
    if (context.must_stop()) return "stopped before deleting " + file.string();
    if (auto reason = delete_one(file, context); !reason.empty()) return reason;
  }
  return {};
}

std::string delete_item(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto kind = wildcard_in(path);
  if (kind == Wildcard::misplaced) return "path `" + path + "`: `*` may stand in the last part of a path only";
  const auto target = context.resolve(without_trailing_separators(path));
  return kind == Wildcard::in_name ? delete_matches(target, context) : delete_one(target, context);
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::delete_file, inputs, context, delete_item);
}

}  // namespace

constinit const ActionModule modules::delete_file = {
    .name = "DeleteFile",
    .summary = "Deletes a file, or the files of one folder that match a wildcard.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
