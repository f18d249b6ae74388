#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/checks/check_copies.hpp"
#include "actions/files/copy_pairs.hpp"
#include "actions/files/copy_tree.hpp"
#include "actions/files/folder_target.hpp"
#include "actions/files/needed_folders.hpp"
#include "actions/files/remove_tree.hpp"
#include "actions/files/rename_entry.hpp"
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
               .description = "Folder to move; its name may hold `*`."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "New path of the folder, or with a separator at its end the folder to move it into."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .rule = InputRule::overwrite,
               .description = "Whether the folder may exist already; it is merged into."},
};

/// `x/.` and `x/..` have no name that could be taken away.
std::filesystem::path with_name(const std::filesystem::path& folder) {
  return folder.filename() == "." || folder.filename() == ".." ? canonical_or_same(folder) : folder;
}

std::string check_source(const std::filesystem::path& folder, const ActionContext& context) {
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) {
    return errno == ENOENT ? folder.string() + " does not exist" : path_error("moving", folder, errno);
  }
  if (S_ISLNK(status.st_mode)) return folder.string() + " is a link; MoveFile moves links";
  if (!S_ISDIR(status.st_mode)) return folder.string() + " is no folder; MoveFile moves files";
  return needed_by_run(folder, "moved", context);
}

/// MOVEFOLDER-4: the source goes only after the whole copy has succeeded.
std::string copy_and_delete(const CopyPair& pair, bool is_new, ActionContext& context) {
  if (auto reason = unremovable(pair.source); !reason.empty()) return reason;  // before there is a copy
  if (auto reason = copy_tree(pair.source, pair.target, CopyPurpose::move, context); !reason.empty()) {
    // The source is still whole; half of it elsewhere helps nobody and is in the way of the next attempt.
    if (is_new) static_cast<void>(remove_tree(pair.target, [] { return false; }));
    return reason;
  }
  const auto stop = [&context] { return context.must_stop(); };
  auto reason = remove_tree(pair.source, stop);
  return reason.empty() ? reason : reason + "; " + pair.target.string() + " is complete";
}

std::string move_one(const CopyPair& pair, bool overwrite, ActionContext& context) {
  if (auto reason = check_source(pair.source, context); !reason.empty()) return reason;
  if (auto reason = check_folder_target(pair, overwrite, context); !reason.empty()) return reason;
  if (auto reason = create_parents(pair.target); !reason.empty()) return reason;
  const int failed = rename_entry(AT_FDCWD, pair.source.c_str(), AT_FDCWD, pair.target.c_str(), false);
  // Another file system, or a folder of a lower layer of an overlay, or something to merge with.
  if (failed == EXDEV || failed == EEXIST) {
    if (auto reason = copy_and_delete(pair, failed == EXDEV, context); !reason.empty()) return reason;
  } else if (failed != 0) {
    return path_error("moving " + pair.source.string() + " to", pair.target, failed);
  }
  context.log("Moved folder " + pair.source.string() + " to " + pair.target.string());
  return {};
}

std::string move_item(const ActionInputs::Item& item, ActionContext& context) {
  const auto found = copy_pairs(item, SourceKind::folders, context);
  if (!found.error.empty()) return found.error;
  for (const auto& [source, target] : found.pairs) {
    if (context.must_stop()) return "stopped before moving " + source.string();
    if (auto reason = move_one({with_name(source), target}, item.flag("overwrite"), context); !reason.empty()) {
      return reason;
    }
  }
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::move_folder, inputs, context, move_item);
}

}  // namespace

constinit const ActionModule modules::move_folder = {
    .name = "MoveFolder",
    .summary = "Moves a folder with everything in it, or the folders that match a wildcard.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_copy,
    .run = run,
};

}  // namespace ibtest
