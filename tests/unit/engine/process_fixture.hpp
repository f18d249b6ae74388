#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "agent/engine/step_process.hpp"

namespace ibtest::test {

/// A folder that is removed with the value.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ibtest-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Runs commands the way a step does.
class ProcessFixture : public testing::Test {
 protected:
  ProcessResult run(std::vector<std::string> command_line, std::int64_t timeout_seconds = -1) {
    StepProcessSettings settings{.command_line = std::move(command_line),
                                 .environment = environment,
                                 .working_directory = folder.path(),
                                 .timeout_seconds = timeout_seconds,
                                 .deadline = {},
                                 .earlier = earlier,
                                 .heeds_stop = heeds_stop};
    if (timeout_seconds > 0) {
      settings.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(timeout_seconds);
    }
    const StepProcessListener listener{.output =
                                           [this](OutputStream stream, std::string bytes) {
                                             (stream == OutputStream::standard_output ? output : error_output) += bytes;
                                             if (on_output) on_output();
                                           },
                                       .warning = [this](const std::string& text) { warnings.push_back(text); },
                                       .accepts_output = {},
                                       .when_accepting = {}};
    return StepProcess(loop, children, control).run(settings, listener);
  }
  ProcessResult bash(const std::string& script, std::int64_t timeout_seconds = -1) {
    return run({"bash", "-c", script}, timeout_seconds);
  }
  /// The process id that a script has written into a file of the folder.
  pid_t pid_in(std::string_view file) { return static_cast<pid_t>(std::atoi(read_file(folder / file).c_str())); }

  TemporaryFolder folder;
  boost::asio::io_context loop{1};
  ChildWatch children{loop};
  RunControl control;
  bool heeds_stop = true;
  EarlierProcesses earlier;
  std::map<std::string, std::string> environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"}};
  std::string output;
  std::string error_output;
  std::vector<std::string> warnings;
  std::function<void()> on_output;
};

/// Whether a process is there and not only waiting to be reaped.
inline bool is_alive(pid_t pid) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = status.rfind(')');
  return name_end != std::string::npos && status[name_end + 2] != 'Z' && status[name_end + 2] != 'X';
}

}  // namespace ibtest::test
