#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/checks/check_copies.hpp"
#include "actions/files/copy_entry.hpp"
#include "actions/files/copy_pairs.hpp"
#include "actions/files/file_content.hpp"
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
               .description = "File to move; the file name may hold `*`."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "New path of the file, or with a separator at its end the folder to move it into."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .rule = InputRule::overwrite,
               .description = "Whether an existing file may be replaced."},
};

/// MOVEFILE-1, MOVEFILE-2, MOVEFILE-5: what must hold before anything is touched.
std::string check_pair(const CopyPair& pair, bool into_folder, bool overwrite) {
  struct stat source {};
  if (::lstat(pair.source.c_str(), &source) != 0) {
    return errno == ENOENT ? pair.source.string() + " does not exist" : path_error("moving", pair.source, errno);
  }
  if (S_ISDIR(source.st_mode)) return pair.source.string() + " is a folder; MoveFolder moves folders";
  struct stat target {};
  if (::lstat(pair.target.c_str(), &target) != 0) return {};  // creating it will say what is wrong with its folder
  struct stat behind {};
  if (::stat(pair.target.c_str(), &behind) == 0 && S_ISDIR(behind.st_mode)) {
    return pair.target.string() + " is a folder" + (into_folder ? "" : "; end destination with `/` to move into it");
  }
  // A link that takes the place of the file it leads to would lead to itself.
  const bool leads_to_target = ::stat(pair.source.c_str(), &behind) == 0 && is_same_file(behind, target);
  if (is_same_file(source, target) || leads_to_target) {
    return pair.source.string() + " and " + pair.target.string() + " are the same file";
  }
  if (!overwrite) return pair.target.string() + " exists already, and overwrite is false";
  return {};
}

/// MOVEFILE-4: across file systems.
std::string copy_and_delete(const CopyPair& pair, bool overwrite, ActionContext& context) {
  if (auto reason = unremovable(pair.source); !reason.empty()) return reason;  // before there is a copy
  const FileDescriptor folder(::open(pair.target.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return path_error("moving to", pair.target, errno);
  const EntryPlace source{AT_FDCWD, pair.source.string(), pair.source.string()};
  const EntryPlace target{folder.get(), pair.target.filename().string(), pair.target.string()};
  if (auto reason = copy_entry(source, target, {.purpose = CopyPurpose::move, .replace = overwrite}, context);
      !reason.empty()) {
    return reason;
  }
  if (::unlink(pair.source.c_str()) == 0) return {};
  return path_error("deleting", pair.source, errno) + "; " + pair.target.string() + " is a copy of it";
}

std::string move_one(const CopyPair& pair, bool into_folder, bool overwrite, ActionContext& context) {
  if (auto reason = check_pair(pair, into_folder, overwrite); !reason.empty()) return reason;
  if (auto reason = create_parents(pair.target); !reason.empty()) return reason;
  const int failed = rename_entry(AT_FDCWD, pair.source.c_str(), AT_FDCWD, pair.target.c_str(), overwrite);
  if (failed == EXDEV) {
    if (auto reason = copy_and_delete(pair, overwrite, context); !reason.empty()) return reason;
  } else if (failed != 0) {
    return path_error("moving " + pair.source.string() + " to", pair.target, failed);
  }
  context.log("Moved file " + pair.source.string() + " to " + pair.target.string());
  return {};
}

std::string move_item(const ActionInputs::Item& item, ActionContext& context) {
  const auto found = copy_pairs(item, SourceKind::files_or_links, context);
  if (!found.error.empty()) return found.error;
  const bool into_folder = item.text("destination").ends_with('/');
  for (const auto& pair : found.pairs) {
    if (context.must_stop()) return "stopped before moving " + pair.source.string();
    if (auto reason = move_one(pair, into_folder, item.flag("overwrite"), context); !reason.empty()) return reason;
  }
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::move_file, inputs, context, move_item);
}

}  // namespace

constinit const ActionModule modules::move_file = {
    .name = "MoveFile",
    .summary = "Moves a file, or the files of one folder that match a wildcard.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_copy,
    .run = run,
};

}  // namespace ibtest
