#include "actions/files/folder_target.hpp"

#include "actions/files/needed_folders.hpp"

namespace ibtest {

std::string check_folder_target(const CopyPair& pair, bool overwrite, ActionContext& context) {
  namespace fs = std::filesystem;
  const auto source = canonical_or_same(pair.source);
  const auto target = canonical_or_same(pair.target);
  if (source == target) return pair.source.string() + " and " + pair.target.string() + " are the same folder";
  if (holds(source, target)) return pair.target.string() + " lies inside " + pair.source.string();
  std::error_code failed;
  if (!fs::exists(fs::symlink_status(pair.target, failed))) return {};
  if (!fs::is_directory(pair.target, failed)) return pair.target.string() + " exists and is no folder";
  if (!overwrite) return pair.target.string() + " exists already, and overwrite is false";
  if (!fs::is_empty(pair.target, failed) && !failed) {
    context.log(pair.target.string() +
                " exists and is not empty; what has the same name is replaced, everything else stays");
  }
  return {};
}

}  // namespace ibtest
