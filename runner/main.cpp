#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "agent/protocol/kept_memory.hpp"
#include "runner/cli/commands.hpp"

int main(int argc, char** argv) {
  ibtest::keep_freed_memory();
  try {
    return static_cast<int>(ibtest::run_program(std::vector<std::string>(argv + 1, argv + argc)));
  } catch (const std::exception& exception) {
    // Out of memory, or a mistake in this program: everything expected has become a Fault before.
    std::fprintf(stderr, "error: %s\n", exception.what());
    return static_cast<int>(ibtest::ExitStatus::target_failed);
  }
}
