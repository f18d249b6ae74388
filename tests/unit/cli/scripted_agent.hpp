#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// A test with a shell script in the place of ibtest-agent, on the machine of the test.
class ScriptedAgentTest : public testing::Test {
 protected:
  ScriptedAgentTest() {
    char name[] = "/tmp/ibtest-scripted-agent-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~ScriptedAgentTest() override { std::filesystem::remove_all(folder_); }

  /// The machine in which `script` is the agent.
  std::unique_ptr<Machine> machine_with(const std::string& script) {
    const auto program = folder_ / "agent";
    std::ofstream(program) << "#!/bin/sh\n" << script << "\n";
    ::chmod(program.c_str(), 0755);
    target_ = make_target("local", {.run_id = "test",
                                    .agent_executable = program,
                                    .loop = &loop_,
                                    .allow_local = true,
                                    .local_lock = folder_ / "lock"});
    NoProgress progress;
    target_->prepare(progress);
    return target_->start(nullptr, progress);
  }

  std::filesystem::path folder_;
  ProcessLoop loop_;

 private:
  class NoProgress final : public ProgressSink {
   public:
    void activity(std::string_view /*what*/) override {}
    void detail(std::string_view /*line*/) override {}
    void finished(std::string_view /*what*/) override {}
  };

  std::unique_ptr<Target> target_;
};

}  // namespace ibtest
