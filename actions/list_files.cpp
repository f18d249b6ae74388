#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "actions/commands/output_text.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/tree_walk.hpp"
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
               .rule = InputRule::path,
               .description = "Folder to list."},
    InputField{.name = "fileNamePattern",
               .default_value = "",
               .rule = InputRule::name_pattern,
               .description = "Only files whose names match; may hold `*`."},
    InputField{.name = "recursive",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether to list the files in sub-folders as well."},
};
constexpr std::array<std::string_view, 1> output_names = {"files"};

/// Collects the paths of files, and of links that do not lead to folders (LISTFILES-4).
class Listing : public TreeVisitor {
 public:
  explicit Listing(const std::string& pattern) : pattern_(pattern.empty() ? "*" : pattern) {}

  std::string visit(const TreeEntry& entry) override {
    if (!matches(entry.name, pattern_) || !is_file(entry)) return {};
    paths_.push_back(entry.path());
    return {};
  }

  std::vector<std::string> take() {
    std::ranges::sort(paths_);
    return std::move(paths_);
  }

 private:
  static bool is_file(const TreeEntry& entry) {
    if (entry.kind != EntryKind::link) return entry.kind == EntryKind::file;
    struct stat status {};
    return ::fstatat(entry.folder, entry.name, &status, 0) != 0 || !S_ISDIR(status.st_mode);
  }

  std::string pattern_;
  std::vector<std::string> paths_;
};

/// The path that the results start with (LISTFILES-4).
std::filesystem::path root_of(const std::string& path, const ActionContext& context) {
  const auto trimmed = without_trailing_separators(path);
  if (trimmed.starts_with('/')) return trimmed;
  return without_trailing_separators(context.resolve(trimmed).lexically_normal().string());
}

std::string list(const ActionInputs::Item& item, ActionContext& context, nlohmann::ordered_json& output) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto folder = root_of(path, context);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) {
    return errno == ENOENT ? folder.string() + " does not exist" : path_error("listing", folder, errno);
  }
  if (!S_ISDIR(status.st_mode)) return folder.string() + " is no folder";

  Listing listing(item.text("fileNamePattern"));
  const TreeWalk walk{.root = folder, .doing = "listing", .recursive = item.flag("recursive")};
  if (auto reason = walk_tree(walk, listing, context); !reason.empty()) return reason;
  const auto files = listing.take();
  const auto ambiguous = std::ranges::find_if(files, [](const auto& file) { return file.find(',') != file.npos; });
  if (ambiguous != files.end()) {
    context.warn(*ambiguous + " holds a comma, which also separates the paths of the result");
  }
  if (const auto note = kernel_note(folder); !note.empty()) context.log(note);
  context.log(fmt::format("Found {} file{} in {}", files.size(), files.size() == 1 ? "" : "s", folder.string()));
  output["files"] =
      output_text(fmt::format("{}", fmt::join(files, ",")), "the list of " + folder.string(), context, ',');
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return query_each_item(modules::list_files, inputs, context, list);
}

}  // namespace

constinit const ActionModule modules::list_files = {
    .name = "ListFiles",
    .summary = "Lists the files of a folder, by a wildcard if wanted.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .outputs = output_names,
    .outputs_per_item = true,
    .run = run,
};

}  // namespace ibtest
