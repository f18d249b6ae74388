#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/target/container/engine_error.hpp"

namespace ibtest {

/// What tells one engine's command line program from another's; everything else they have in common.
struct EngineTraits {
  std::string_view program;  ///< also the kind of target: "docker:IMAGE"
  std::string_view title;    ///< "Docker"
  std::string_view install_remedy;
  std::string_view start_remedy;
  std::string_view options_variable;      ///< environment: options before the verb, split at blanks; empty: none
  std::string_view run_options_variable;  ///< environment: options of run and create
  std::string_view local_prefix;          ///< of images that are in no registry, where names are completed
  bool no_healthcheck = true;             ///< knows --no-healthcheck
  bool systemd_mode = false;              ///< knows --systemd=always
  bool copies_to_output = true;           ///< `cp` writes an archive to its standard output
};

/// A container engine, used through its command line program, so that DOCKER_HOST, contexts, credential helpers and
/// rootless set-ups work as the user has them.
///
/// Environment: IBTEST_PODMAN_OPTIONS (options before podman's verb, for example "--runtime runc
/// --cgroup-manager=cgroupfs") and IBTEST_PODMAN_RUN_OPTIONS (options of `podman run`, for example
/// "--ulimit nofile=1024:1024"), both split at blanks; for Docker and Finch likewise.
class ContainerEngine {
 public:
  ContainerEngine(const EngineTraits& traits, ProcessLoop& loop) : traits_(&traits), loop_(&loop) {}

  /// docker, podman and finch.
  [[nodiscard]] static const std::vector<EngineTraits>& known();
  [[nodiscard]] static const EngineTraits* find(std::string_view program);

  [[nodiscard]] const EngineTraits& traits() const { return *traits_; }
  [[nodiscard]] ProcessLoop& loop() const { return *loop_; }
  [[nodiscard]] bool installed() const;
  /// Whether engine and client share a machine, as far as environment and configuration tell.
  [[nodiscard]] bool is_local() const;
  /// Whether the engine answers, within a bounded time. Never throws.
  [[nodiscard]] bool answers() const;

  /// The command line: program, options of the environment, arguments.
  [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& arguments) const;
  /// What the environment adds to `run` and `create`.
  [[nodiscard]] std::vector<std::string> run_options() const;

  /// Runs it to its end, whatever its exit status.
  [[nodiscard]] ChildResult run(const std::vector<std::string>& arguments,
                                const ProcessLoop::RunOptions& options = quick()) const;
  /// As run(); throws Fault when the exit status is not 0.
  ChildResult must_run(const std::string& doing, const std::vector<std::string>& arguments,
                       const ProcessLoop::RunOptions& options = quick()) const;

  /// For calls that only ask: ten seconds, ended by an interrupt.
  [[nodiscard]] static ProcessLoop::RunOptions quick();
  /// For calls that clean up: bounded, and never ended by an interrupt.
  [[nodiscard]] static ProcessLoop::RunOptions clean_up(std::chrono::milliseconds timeout = std::chrono::seconds(20));

  /// Throws Fault when the program is not there.
  void require_installed() const;
  /// The fault for a failed call: what was being done, the cause in plain words, what to do.
  [[nodiscard]] Fault fault(const std::string& doing, const ChildResult& result, const std::string& image = {}) const;
  [[nodiscard]] Fault fault(const std::string& doing, std::string_view error_output,
                            const std::string& image = {}) const;

 private:
  const EngineTraits* traits_;
  ProcessLoop* loop_;
};

}  // namespace ibtest
