#include "actions/files/copy_pairs.hpp"

#include <fmt/format.h>

#include "actions/files/target_path.hpp"
#include "actions/files/wildcard.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

std::string_view word_for(SourceKind kind, std::size_t count) {
  if (kind == SourceKind::folders) return count == 1 ? "folder" : "folders";
  return count == 1 ? "file" : "files";
}

struct Sources {
  std::vector<fs::path> paths;
  std::string error;
};

Sources find_sources(const std::string& source, SourceKind kind, const ActionContext& context) {
  const auto place = wildcard_in(source);
  if (place == Wildcard::misplaced) {
    return {{}, "source `" + source + "`: `*` may stand in the last part of a path only"};
  }
  const auto path = context.resolve(without_trailing_separators(source));
  if (place == Wildcard::none) return {{path}, {}};
  Sources found;
  if (kind == SourceKind::folders) {
    auto [folders, error] = matching_folders(path);
    found = {std::move(folders), std::move(error)};
  } else {
    auto [files, error] = matching_files(path);
    found = {std::move(files), std::move(error)};
  }
  if (kind == SourceKind::files) {
    std::error_code ignored;
    std::erase_if(found.paths, [&ignored](const fs::path& file) { return !fs::exists(file, ignored); });
  }
  if (found.error.empty() && found.paths.empty()) {
    found.error = fmt::format("no {} matches {}", word_for(kind, 1), path.string());
  }
  return found;
}

/// The name that is kept; empty for the root folder, which has none.
fs::path name_of(const fs::path& source) {
  auto name = source.filename();
  if (name != "." && name != "..") return name;
  std::error_code ignored;
  return fs::weakly_canonical(source, ignored).filename();
}

}  // namespace

CopyPairs copy_pairs(const ActionInputs::Item& item, SourceKind kind, const ActionContext& context) {
  const auto& source = item.text("source");
  const auto& destination = item.text("destination");
  if (auto reason = unusable_path(source); !reason.empty()) return {{}, "source: " + reason};
  if (auto reason = unusable_path(destination); !reason.empty()) return {{}, "destination: " + reason};

  auto sources = find_sources(source, kind, context);
  if (!sources.error.empty()) return {{}, std::move(sources.error)};
  const auto target = context.resolve(without_trailing_separators(destination));
  if (!destination.ends_with('/')) {
    if (sources.paths.size() == 1) return {{{std::move(sources.paths.front()), target}}, {}};
    return {{},
            fmt::format("{} {} match {}, so destination must end with `/`", sources.paths.size(),
                        word_for(kind, sources.paths.size()), source)};
  }
  CopyPairs found;
  found.pairs.reserve(sources.paths.size());
  for (auto& path : sources.paths) {
    const auto name = name_of(path);
    if (name.empty()) return {{}, path.string() + " has no name that destination could keep"};
    found.pairs.push_back({std::move(path), target / name});
  }
  return found;
}

}  // namespace ibtest
