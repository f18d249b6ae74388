#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "actions/action_context.hpp"
#include "actions/action_inputs.hpp"

namespace ibtest {

/// What a wildcard stands for (GLOB-4): files and links to files, or also links that lead nowhere, which can be moved
/// but not copied; or folders.
enum class SourceKind { files, files_or_links, folders };

/// One file or folder, and the name that it (or its copy) gets.
struct CopyPair {
  std::filesystem::path source;
  std::filesystem::path target;
};

struct CopyPairs {
  std::vector<CopyPair> pairs;  ///< never empty without an error
  std::string error;
};

/// Reads `source` and `destination`: text after the last separator of `destination` is the new name, a trailing
/// separator keeps the old one (COPYFILE-1, COPYFOLDER-1, COPYFOLDER-2, PATH-3); a wildcard stands for all that match,
/// in byte order of their names, and needs the trailing separator for more than one (COPYFILE-3, -4, -8, COPYFOLDER-3,
/// -5).
[[nodiscard]] CopyPairs copy_pairs(const ActionInputs::Item& item, SourceKind kind, const ActionContext& context);

}  // namespace ibtest
