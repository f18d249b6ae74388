#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "agent/protocol/event.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/job.hpp"
#include "runner/cli/event_sequence.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/cli/run_folder.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/report/console.hpp"
#include "runner/report/run_history.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Where the events of a run go.
struct EventConsumers {
  RunHistory& history;
  Console& console;
  RunFolder& folder;
  LineOutput* standard_output = nullptr;  ///< for --format jsonl

  /// To all of them.
  void deliver(std::string_view line, const Event& event) const;
  /// To all but the folder. The history first: the console reads it.
  void show(std::string_view line, const Event& event) const;
};

/// How the conversation with a stage's agent ended.
struct StageEnd {
  std::optional<RunFinished> finished;  ///< the agent said how the run ended
  std::optional<Fault> fault;           ///< why there is no result
  std::optional<Job> suspended = {};    ///< to go on with once the user has restarted the machine
};

/// What a stage's agent is to do.
struct StageWork {
  Job job;
  std::uint32_t step_count = 0;  ///< steps that it can come to; an agent that starts more is refused
  /// The agent has the job already, and these were its events so far (Machine::attach).
  std::optional<EventSequence> so_far = {};
};

/// How long an agent may take for what is not the component's work.
struct Patience {
  std::chrono::seconds boot{120};   ///< until the agent says Hello
  std::chrono::seconds stop{10};    ///< from StopRun to the end of the run
  std::chrono::seconds release{5};  ///< from Release to the end of the agent
};

/// Runs one job in a machine: waits for the agent, hands it the job and its events to the consumers, asks it to stop
/// on the first interrupt. On the second it returns at once. When a step asks for a reboot, the machine is rebooted and
/// `connection` is the one to the agent that goes on. `answers` is asked what the agent asks meanwhile.
[[nodiscard]] StageEnd run_stage(ProcessLoop& loop, Machine& machine, std::unique_ptr<AgentConnection>& connection,
                                 StageWork work, const EventConsumers& consumers, ExchangeHandler& answers,
                                 const Patience& patience = {});

/// Sends the agent away from a machine that lives on.
void release_agent(ProcessLoop& loop, AgentConnection& connection, bool remove_log_directory,
                   const Patience& patience = {});

/// "install.yml:31, step Check (ExecuteBash) of phase validate".
[[nodiscard]] std::string step_place(const StepReport& step);

}  // namespace ibtest
