#include "runner/documents/component_folders.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 2> extensions = {".yml", ".yaml"};

struct VersionedFile {
  ComponentVersion version;
  std::string version_text;
  fs::path file;
};

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// The name without `.yml` or `.yaml`; nothing for other files.
std::optional<std::string> stem_of(const fs::path& path) {
  if (std::ranges::find(extensions, path.extension().string()) == extensions.end()) return std::nullopt;
  return path.stem().string();
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    entries.push_back(it->path());
  std::ranges::sort(entries);  // the same answer on every file system
  return entries;
}

void add_version(std::vector<VersionedFile>& files, const std::string& text, const fs::path& file) {
  const auto version = parse_component_version(text);
  if (version && !version->has_wildcard() && is_file(file)) files.push_back({*version, text, file});
}

// All versions of a component in a folder; of the same version the form that stands first in the header.
std::vector<VersionedFile> versions_in(const fs::path& folder, const std::string& name) {
  std::vector<VersionedFile> files;
  const std::vector<fs::path> own = entries_of(folder / name);
  for (const fs::path& entry : own) {
    for (const std::string_view extension : extensions)
      add_version(files, entry.filename().string(), entry / fmt::format("component{}", extension));
  }
  for (const fs::path& entry : own) {
    if (const auto stem = stem_of(entry)) add_version(files, *stem, entry);
  }
  for (const fs::path& entry : entries_of(folder)) {
    const auto stem = stem_of(entry);
    if (stem && stem->starts_with(name + "-")) add_version(files, stem->substr(name.size() + 1), entry);
  }
  return files;
}

std::optional<fs::path> find_in(const fs::path& folder, const ComponentArn& arn) {
  const std::vector<VersionedFile> files = versions_in(folder, arn.name);
  const VersionedFile* best = nullptr;
  for (const VersionedFile& file : files) {
    if (arn.version.matches(file.version) && (best == nullptr || best->version < file.version)) best = &file;
  }
  if (best != nullptr) return best->file;
  for (const std::string_view extension : extensions) {
    fs::path file = folder / fmt::format("{}{}", arn.name, extension);
    if (is_file(file)) return file;
  }
  return std::nullopt;
}

// What a component may be called that a file belongs to: its stem, with and without a version at its end.
void add_component_names(std::vector<std::string>& names, const fs::path& entry) {
  std::error_code ignored;
  const bool is_folder = fs::is_directory(entry, ignored);
  const auto stem = is_folder ? std::optional(entry.filename().string()) : stem_of(entry);
  if (!stem) return;
  const auto dash = stem->rfind('-');
  const bool versioned = dash != std::string::npos && parse_component_version(stem->substr(dash + 1));
  names.push_back(versioned ? stem->substr(0, dash) : *stem);
}

}  // namespace

fs::path ComponentFolders::find(const ComponentArn& arn) const {
  for (const fs::path& folder : folders_) {
    if (auto file = find_in(folder, arn)) return std::move(*file);
  }
  refuse(arn);
}

void ComponentFolders::refuse(const ComponentArn& arn) const {
  if (folders_.empty())
    throw Fault(
        ExitStatus::not_runnable,
        fmt::format("{}: components are looked up on this machine, and no folder with them was named", arn.text),
        fmt::format("give the folder that has {}.yml with --component-path", arn.name));
  std::vector<std::string> searched;
  std::vector<std::string> versions;
  std::vector<std::string> names;
  for (const fs::path& folder : folders_) {
    searched.push_back(folder.string());
    for (const VersionedFile& file : versions_in(folder, arn.name))
      versions.push_back(file.version_text);
    for (const fs::path& entry : entries_of(folder))
      add_component_names(names, entry);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  std::string remedy;
  if (const auto nearest = nearest_name(arn.name, views); !versions.empty()) {
    remedy = fmt::format("there is {} {}", arn.name, fmt::join(versions, ", "));
  } else if (nearest && *nearest != arn.name) {
    remedy = fmt::format("did you mean `{}`?", *nearest);
  } else {
    remedy = fmt::format("put the document there, or name its folder with --component-path");
  }
  throw Fault(
      ExitStatus::not_runnable,
      fmt::format(
          "{0}: no such component in {1}; tried {2}/{3}/component.yml, {2}/{3}.yml, {2}-{3}.yml, {2}.yml, and .yaml",
          arn.text, fmt::join(searched, ", "), arn.name, arn.version_text),
      remedy);
}

}  // namespace ibtest
