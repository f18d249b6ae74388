#pragma once

#include <chrono>
#include <functional>
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
  bool begun = false;                   ///< the agent has the job
  std::optional<RunFinished> finished;  ///< the agent said how the run ended
  std::optional<Fault> fault;           ///< why there is no result
  std::optional<Job> suspended = {};    ///< to go on with once the user has restarted the machine
};

/// What another runner needs to go on in the place of this one: the job, and the line of the event by which its agent
/// has asked for the reboot that comes now; empty where an agent has the job.
using KeepForAnother = std::function<void(const Job& job, const std::string& reboot_event)>;

/// What a stage's agent is to do.
struct StageWork {
  Job job;
  std::uint32_t step_count = 0;  ///< steps that it can come to; an agent that starts more is refused
  /// Of a run that goes on: these were its events so far.
  std::optional<EventSequence> so_far = {};
  /// The agent has said Hello to another runner (Machine::attach), which may not have come to give it the job.
  bool attached = false;
  KeepForAnother keep = {};  ///< called before what is said there is done
};

/// How long an agent may take for what is not the component's work.
struct Patience {
  std::chrono::seconds boot{120};   ///< until the agent says Hello
  std::chrono::seconds stop{10};    ///< from StopRun to the end of the run
  std::chrono::seconds reach{5};    ///< until an agent that is out of reach can be told to stop
  std::chrono::seconds release{5};  ///< from Release to the end of the agent
};

/// Runs one job in a machine: waits for the agent, hands it the job and its events to the consumers, asks it to stop
/// on the first interrupt. On the second it returns at once. When a step asks for a reboot, the machine is rebooted and
/// `connection` is the one to the agent that goes on. `answers` is asked what the agent asks meanwhile.
[[nodiscard]] StageEnd run_stage(ProcessLoop& loop, Machine& machine, std::unique_ptr<AgentConnection>& connection,
                                 StageWork work, const EventConsumers& consumers, ExchangeHandler& answers,
                                 const Patience& patience = {});

/// Sends the agent away from a machine that lives on. One that is out of reach is waited for as long as its connection
/// does, until an interrupt.
void release_agent(ProcessLoop& loop, AgentConnection& connection, bool remove_log_directory,
                   const Patience& patience = {});

/// "install.yml:31, step Check (ExecuteBash) of phase validate".
[[nodiscard]] std::string step_place(const StepReport& step);

}  // namespace ibtest
