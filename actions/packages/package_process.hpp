#pragma once

#include <string>
#include <vector>

#include "actions/action.hpp"
#include "actions/action_context.hpp"

namespace ibtest {

/// Runs the programs of a package manager: never asking anything (EMU-UPDATEOS-2), and as root, through sudo where the
/// agent is not (UPDATEOS-3).
class PackageProcess {
 public:
  PackageProcess(ActionContext& context, bool through_sudo) : context_(context), through_sudo_(through_sudo) {}

  /// Changes the system; what it prints is logged. Not started any more when the attempt has to end.
  [[nodiscard]] ProcessResult change(std::vector<std::string> command_line);
  /// Puts back an earlier change, also after a time-out.
  [[nodiscard]] ProcessResult restore(std::vector<std::string> command_line);
  /// Reads; what it prints is in the result only.
  [[nodiscard]] ProcessResult query(std::vector<std::string> command_line);
  [[nodiscard]] ActionContext& context() const { return context_; }

 private:
  [[nodiscard]] std::vector<std::string> as_root(std::vector<std::string> command_line) const;

  ActionContext& context_;
  bool through_sudo_;
};

/// The failure of a step whose command has failed: "UpdateOS: apt-get update: exit status 100" (UPDATEOS-11). What
/// usually helps goes to the context.
[[nodiscard]] ActionResult failed_update(std::string_view command, const ProcessResult& process,
                                         ActionContext& context);

}  // namespace ibtest
