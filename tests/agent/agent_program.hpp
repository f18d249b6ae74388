#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "agent/protocol/event.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/job.hpp"

namespace ibtest::test {

/// A folder that is removed with the value.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& file);
/// The agent that is tested: the one just built, or the program that IBTEST_TEST_AGENT names.
[[nodiscard]] std::string agent_path();
/// Whether a process is there and not only waiting to be reaped.
[[nodiscard]] bool is_alive(pid_t pid);
/// The direct children of a process, zombies included.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);
/// Waits until a file has content, and gives it. Empty after ten seconds.
[[nodiscard]] std::string wait_for_file(const std::filesystem::path& file);

/// The real ibtest-agent at the other end of two pipes. Killed with the value.
class AgentProgram {
 public:
  enum class ProcessNamespace { shared, own };
  /// In a process namespace of its own the program is process 1 there.
  explicit AgentProgram(const std::vector<std::string>& command_line,
                        ProcessNamespace processes = ProcessNamespace::shared);
  AgentProgram(const AgentProgram&) = delete;
  AgentProgram& operator=(const AgentProgram&) = delete;
  ~AgentProgram();

  [[nodiscard]] pid_t pid() const { return pid_; }
  void send(const Command& command);
  /// The next event; nothing at the end of the agent's output. Fails the test after 60 seconds of silence.
  std::optional<Event> next();
  /// All events up to the first that `last` accepts, it included.
  std::vector<Event> read_until(const std::function<bool(const Event&)>& last);
  /// Up to RunFinished or AgentFault.
  std::vector<Event> read_run();
  void close_input() { input_ = FileDescriptor(); }
  void close_output() { output_ = FileDescriptor(); }
  [[nodiscard]] int input() const { return input_.get(); }
  [[nodiscard]] int output() const { return output_.get(); }
  /// Waits for the end; gives the exit status, or minus the signal.
  int wait();
  /// Peak resident memory so far, in KiB.
  [[nodiscard]] long peak_memory_kib() const;

 private:
  pid_t pid_ = -1;
  FileDescriptor input_;
  FileDescriptor output_;
  std::string buffer_;
};

/// A job whose folders are below one temporary folder.
class TestRun {
 public:
  TestRun();

  /// Adds a document with one phase `build` of these steps (indented YAML list items).
  TestRun& document(const std::string& text, const std::string& path = "component.yml");
  TestRun& steps(const std::string& steps) { return document(one_phase(steps)); }
  static std::string one_phase(const std::string& steps);
  static std::string bash_step(const std::string& name, const std::string& script, const std::string& settings = {});

  /// Executes the job to its end, releases the agent and expects it to end well.
  std::vector<Event> run();
  [[nodiscard]] AgentProgram start() const;
  [[nodiscard]] std::vector<std::string> command_line() const;

  /// The one folder that the run has left below the log directory.
  [[nodiscard]] std::filesystem::path log_folder() const;
  [[nodiscard]] nlohmann::ordered_json results() const;
  /// All lines of console.log without their times.
  [[nodiscard]] std::string console() const;

  TemporaryFolder folder;
  Job job;
};

/// The one event of a type in a run; fails the test when there is none.
template <typename Body>
[[nodiscard]] std::vector<Body> all_of_type(const std::vector<Event>& events) {
  std::vector<Body> found;
  for (const Event& event : events) {
    if (const auto* const body = std::get_if<Body>(&event.body)) found.push_back(*body);
  }
  return found;
}
[[nodiscard]] RunFinished end_of(const std::vector<Event>& events);
/// Standard output of all steps.
[[nodiscard]] std::string output_of(const std::vector<Event>& events);

}  // namespace ibtest::test
