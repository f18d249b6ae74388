#include <unistd.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/report/terminal_text.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

ExitStatus clean_command(const CleanOptions& options) {
  ProcessLoop loop;
  try {
    const std::vector<std::string> removed = remove_leftovers(loop, options.everything);
    std::string text;
    for (const std::string& what : removed)
      text += "removed " + harmless(what) + "\n";
    if (removed.empty()) text = "nothing to remove\n";
    static_cast<void>(write_to_end(STDOUT_FILENO, text));
    return ExitStatus::success;
  } catch (const Interrupted&) {
    return ExitStatus::interrupted;
  }
}

}  // namespace ibtest
