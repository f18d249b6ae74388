#include <unistd.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/cli/run_plan.hpp"
#include "runner/report/terminal_text.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

ExitStatus clean_command(const CleanOptions& options) {
  ProcessLoop loop;
  try {
    const LeftoverReport report = remove_leftovers(loop, agent_executable(), options.everything);
    std::string text;
    for (const std::string& what : report.removed)
      text += "removed " + harmless(what) + "\n";
    if (report.removed.empty() && (report.engine_answered || report.silent_engines.empty()))
      text = "nothing to remove\n";
    static_cast<void>(write_to_end(STDOUT_FILENO, text));
    std::string silent;
    for (const std::string& engine : report.silent_engines)
      silent += engine + " does not answer; what it may hold was left alone\n";
    static_cast<void>(write_to_end(STDERR_FILENO, silent));
    return report.engine_answered || report.silent_engines.empty() ? ExitStatus::success : ExitStatus::target_failed;
  } catch (const Interrupted&) {
    return ExitStatus::interrupted;
  }
}

}  // namespace ibtest
