#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "agent/protocol/event.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// How a program has ended.
struct ProgramResult {
  int status = 0;  ///< 128 + signal when killed by one
  std::string output;
  std::string errors;
  std::size_t most_memory = 0;  ///< bytes that it, or a program that it has waited for, had in memory at most
};

/// A program started by a test, with its standard output in a pipe. Killed with the value.
class Program {
 public:
  Program(const std::filesystem::path& folder, const std::vector<std::string>& command_line,
          const std::vector<std::string>& environment);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();

  /// The next line of standard output; nothing at its end. Fails the test after a minute without one.
  std::optional<std::string> read_line();
  /// Reads events until one holds the text; false when there is none.
  bool read_until(const std::string& text);
  /// Waits until standard error has the text; fails the test after a minute.
  void wait_for_error(const std::string& text) const;
  void signal(int number) const;
  /// Reads the rest and waits.
  ProgramResult wait();

 private:
  std::optional<std::string> read_line(int patience_ms);

  pid_t process_ = -1;
  FileDescriptor output_;
  std::filesystem::path errors_file_;
  std::string pending_;
  std::string read_;
};

/// A test of the ibtest program in a folder of its own, with the real engine. At its end no container or image of its
/// runs may be there any more.
class RunTest : public testing::Test {
 protected:
  RunTest();
  ~RunTest() override;
  void TearDown() override;

  /// Writes a file into the test's folder; its name.
  std::string write(const std::string& name, const std::string& content) const;
  /// A document with one ExecuteBash step per script, named Step1, Step2, ..., in phase build.
  std::string write_scripts(const std::string& name, const std::vector<std::string>& scripts) const;
  /// Runs ibtest in the test's folder.
  ProgramResult ibtest(std::vector<std::string> arguments, std::vector<std::string> environment = {}) const;
  [[nodiscard]] std::unique_ptr<Program> start(std::vector<std::string> arguments,
                                               const std::vector<std::string>& environment = {}) const;
  /// Runs any program in the test's folder.
  ProgramResult tool(const std::vector<std::string>& command_line) const;

  [[nodiscard]] bool exists(const std::string& name) const;
  [[nodiscard]] std::string content(const std::string& name) const;
  /// `.ibtest/runs/latest/<name>`.
  [[nodiscard]] std::string log(const std::string& name) const;
  /// Execution ids of this folder's runs, the value of the label of what they created.
  [[nodiscard]] std::vector<std::string> run_ids() const;
  /// Names of what the engine still has of the runs of this folder.
  [[nodiscard]] std::string left_behind() const;
  /// The test's folder has nothing but these files.
  void expect_nothing_created(const std::vector<std::string>& files) const;

  std::filesystem::path folder_;
  /// A plain image, no systemd.
  const std::string plain_ = "docker:debian:12";
  /// Booted by systemd.
  const std::string booted_ = "docker:debian-12";
};

}  // namespace ibtest
