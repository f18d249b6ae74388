#pragma once

#include <cstddef>
#include <string>
#include <sys/types.h>

#include "actions/action_context.hpp"

namespace ibtest {

/// Sets one exact mode, whatever the umask (PERM-4), on one object or on many, and finds out whether it was taken: the
/// volumes of some hosts have modes of their own (section 8.3).
class ModeChange {
 public:
  explicit ModeChange(mode_t mode) : mode_(mode) {}

  /// An entry of an open folder; links are followed only if asked to, else left alone. The error; empty on success.
  [[nodiscard]] std::string apply(int folder, const char* name, bool follow_links, const std::string& path);
  /// An open folder.
  [[nodiscard]] std::string apply(int opened, const std::string& path);
  /// Warns if a mode is another than the one that was set.
  void report(ActionContext& context) const;

 private:
  void compare(mode_t actual, const std::string& path);

  mode_t mode_;
  mode_t first_actual_ = 0;
  std::string first_path_;  ///< the first object that has another mode
  std::size_t differing_ = 0;
};

}  // namespace ibtest
