#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/container/container_engine.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Collects what a target says while it prepares.
class RecordedProgress final : public ProgressSink {
 public:
  void activity(std::string_view what) override { activities.emplace_back(what); }
  void detail(std::string_view line) override { details.emplace_back(line); }
  void finished(std::string_view what) override { activities.emplace_back(what); }

  std::vector<std::string> activities;
  std::vector<std::string> details;
};

/// A test with an engine and a run of its own. At its end nothing of the run may be there any more.
class TargetTest : public testing::TestWithParam<std::string> {
 protected:
  TargetTest();
  ~TargetTest() override;

  void SetUp() override;
  void TearDown() override;

  /// The engine of this test: the parameter, or docker.
  [[nodiscard]] ContainerEngine engine();
  [[nodiscard]] std::string engine_name() const;
  [[nodiscard]] TargetContext context();
  [[nodiscard]] std::unique_ptr<Target> target(const std::string& image);

  /// An image with nothing in it at all, for this engine.
  [[nodiscard]] std::string empty_image();
  /// Runs the engine's program and gives its standard output.
  std::string ask(const std::vector<std::string>& arguments);
  /// Has the agent execute one ExecuteBash step; its standard output.
  std::string execute(AgentConnection& connection, const std::string& script);
  /// Has the agent execute a document with the given steps; the status word.
  std::string execute_document(AgentConnection& connection, const std::string& document);

  ProcessLoop loop_;
  RecordedProgress progress_;
  std::string run_id_;
  std::filesystem::path folder_;
  std::filesystem::path agent_;
  std::vector<std::string> images_;
};

}  // namespace ibtest
