#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/file_content.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/temporary_entry.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

// CREATESYMLINK-6
constexpr std::array platforms = {Platform::linux_os, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Link to create; missing parent folders are created."},
    InputField{.name = "target",
               .required = true,
               .default_value = "",
               .rule = InputRule::link_target,
               .description = "Existing file or folder that the link leads to."},
    InputField{.name = "force",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether an existing link may be replaced."},
};

/// Where the target is, seen from the link's folder, which may not exist yet (CREATESYMLINK-2).
std::filesystem::path place_of(const std::filesystem::path& link, const std::string& target) {
  const auto folder = link.parent_path();
  std::error_code failed;
  if (std::filesystem::exists(folder, failed)) return folder / target;
  const auto future_folder = std::filesystem::weakly_canonical(folder, failed);
  return ((failed ? folder : future_folder) / target).lexically_normal();
}

std::string replace_link(const std::filesystem::path& link, const std::string& target) {
  const FileDescriptor folder(::open(link.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return path_error("creating the link", link, errno);
  TemporaryEntry temporary(folder.get());
  int failed = temporary.make([&](const char* name) { return ::symlinkat(target.c_str(), folder.get(), name) == 0; });
  if (failed == 0) failed = temporary.put_in_place(link.filename().c_str(), true);
  return failed == 0 ? "" : path_error("creating the link", link, failed);
}

std::string create(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  const auto& target = item.text("target");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  if (auto reason = unusable_path(target); !reason.empty()) return "target: " + reason;

  const auto link = context.resolve(without_trailing_separators(path));
  struct stat existing {};
  const bool exists = ::lstat(link.c_str(), &existing) == 0;
  if (exists && !S_ISLNK(existing.st_mode)) return link.string() + " exists and is no link";
  if (exists && !item.flag("force")) return link.string() + " is a link already (force: true replaces it)";

  const auto place = place_of(link, target);
  struct stat status {};
  if (::stat(place.c_str(), &status) != 0) {
    return errno == ENOENT ? "target " + place.string() + " does not exist" : path_error("looking for", place, errno);
  }
  if (exists && ::lstat(place.c_str(), &status) == 0 && is_same_file(existing, status)) {
    return link.string() + " would lead to itself";
  }
  if (auto reason = create_parents(link); !reason.empty()) return reason;
  if (exists) {
    if (auto reason = replace_link(link, target); !reason.empty()) return reason;
  } else if (::symlink(target.c_str(), link.c_str()) != 0) {
    return path_error("creating the link", link, errno);
  }
  context.log((exists ? "Replaced link " : "Created link ") + link.string() + " to " + target);
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::create_symlink, inputs, context, create);
}

}  // namespace

constinit const ActionModule modules::create_symlink = {
    .name = "CreateSymlink",
    .summary = "Creates a symbolic link to an existing file or folder.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
