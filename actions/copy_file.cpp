#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/checks/check_copies.hpp"
#include "actions/files/copy_pairs.hpp"
#include "actions/files/file_content.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/temporary_entry.hpp"
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
               .description = "File to copy; the file name may hold `*`."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Path of the copy, or with a separator at its end the folder to copy into."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .rule = InputRule::overwrite,
               .description = "Whether an existing file may be replaced."},
};

// As in CreateFile: a pipe without a reader must fail instead of holding the step.
constexpr int write_flags = O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
constexpr mode_t permission_bits = 0777;
constexpr int most_links = 40;  // as the kernel

/// Writes over an existing file where it is, which keeps its owner and mode and works for mounted files (COPYFILE-7,
/// EMU-9).
std::string write_over(const ReadableFile& source, const CopyPair& pair, ActionContext& context) {
  const FileDescriptor target(::open(pair.target.c_str(), write_flags));
  struct stat status {};
  if (!target.is_open() || ::fstat(target.get(), &status) != 0) return path_error("writing", pair.target, errno);
  if (!S_ISREG(status.st_mode)) {
    const int reason = copy_content(source.file.get(), target.get(), context);
    return reason == 0 ? "" : content_error("writing", pair.target, reason);
  }
  if (const int reason = reserve_space(target.get(), source.status.st_size, status.st_size); reason != 0) {
    return path_error("writing", pair.target, reason);
  }
  if (const int reason = copy_content(source.file.get(), target.get(), context); reason != 0) {
    return content_error("writing", pair.target, reason) + "; part of the old content has been replaced";
  }
  // What is left of the old content ends where the new one has ended.
  const auto end = ::lseek(target.get(), 0, SEEK_CUR);
  if (end < 0 || ::ftruncate(target.get(), end) != 0) return path_error("writing", pair.target, errno);
  return {};
}

std::string write_new(const ReadableFile& source, const std::filesystem::path& path, bool overwrite,
                      ActionContext& context) {
  const FileDescriptor folder(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return path_error("writing", path, errno);
  TemporaryEntry temporary(folder.get());
  FileDescriptor target;
  const auto mode = source.status.st_mode & permission_bits;  // as `cp`: the umask applies, no special bits
  const int failed = temporary.make([&](const char* name) {
    target = FileDescriptor(::openat(folder.get(), name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    return target.is_open();
  });
  if (failed != 0) return path_error("writing", path, failed);
  if (const int reason = copy_content(source.file.get(), target.get(), context); reason != 0) {
    return content_error("writing", path, reason);
  }
  const int reason = temporary.put_in_place(path.filename().c_str(), overwrite);
  return reason == 0 ? "" : path_error("writing", path, reason);
}

/// Where a link that leads to nothing yet wants its file (COPYFILE-7: a link as target is written through).
std::filesystem::path behind_links(std::filesystem::path path) {
  std::error_code failed;
  for (int hops = 0; hops < most_links && std::filesystem::is_symlink(path, failed); ++hops) {
    path = path.parent_path() / std::filesystem::read_symlink(path, failed);
  }
  return path;
}

std::string copy_one(const CopyPair& pair, bool into_folder, bool overwrite, ActionContext& context) {
  const auto source = open_readable("copying", pair.source, "CopyFolder copies folders");
  if (!source.error.empty()) return source.error;
  struct stat existing {};
  const bool exists = ::stat(pair.target.c_str(), &existing) == 0;
  if (exists && S_ISDIR(existing.st_mode)) {
    return pair.target.string() + " is a folder" + (into_folder ? "" : "; end destination with `/` to copy into it");
  }
  if (exists && is_same_file(source.status, existing)) {
    return pair.source.string() + " and " + pair.target.string() + " are the same file";
  }
  std::error_code failed;
  const bool is_link = std::filesystem::is_symlink(pair.target, failed);
  if ((exists || is_link) && !overwrite) return pair.target.string() + " exists already, and overwrite is false";
  if (auto reason = create_parents(pair.target); !reason.empty()) return reason;
  auto reason = exists ? write_over(source, pair, context)
                       : write_new(source, is_link ? behind_links(pair.target) : pair.target, overwrite, context);
  if (reason.empty()) context.log("Copied file " + pair.source.string() + " to " + pair.target.string());
  return reason;
}

std::string copy_item(const ActionInputs::Item& item, ActionContext& context) {
  const auto found = copy_pairs(item, SourceKind::files, context);
  if (!found.error.empty()) return found.error;
  const bool into_folder = item.text("destination").ends_with('/');
  for (const auto& pair : found.pairs) {
    if (context.must_stop()) return "stopped before copying " + pair.source.string();
    if (auto reason = copy_one(pair, into_folder, item.flag("overwrite"), context); !reason.empty()) return reason;
  }
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::copy_file, inputs, context, copy_item);
}

}  // namespace

constinit const ActionModule modules::copy_file = {
    .name = "CopyFile",
    .summary = "Copies a file, or the files of one folder that match a wildcard.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_copy,
    .run = run,
};

}  // namespace ibtest
