#include <unistd.h>

#include "runner/cli/commands.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/schema/component_schema.hpp"

namespace ibtest {

ExitStatus schema_command() {
  const int error = write_to_end(STDOUT_FILENO, component_schema().dump(2) + "\n");
  if (error != 0) throw Fault(ExitStatus::not_runnable, system_error_text("writing the schema", error));
  return ExitStatus::success;
}

}  // namespace ibtest
