#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace ibtest::test {

/// A server that runs beside a test; its output goes to a file. Killed with the value, and with the test.
class BackgroundProgram {
 public:
  BackgroundProgram(const std::vector<std::string>& command_line, const std::filesystem::path& output,
                    const std::vector<std::string>& environment = {});
  BackgroundProgram(const BackgroundProgram&) = delete;
  BackgroundProgram& operator=(const BackgroundProgram&) = delete;
  ~BackgroundProgram();

  /// Whether something answers at a port of this machine within ten seconds, and the program still runs.
  [[nodiscard]] bool listens_at(int port) const;

 private:
  pid_t process_ = -1;
};

/// A port that nothing listens at.
[[nodiscard]] int free_port();

/// Runs a program to its end; true when it succeeded.
bool run_tool(const std::vector<std::string>& command_line);

}  // namespace ibtest::test
