#include "runner/cli/run_session.hpp"

#include <chrono>

#include <fmt/format.h>

#include "agent/protocol/bounded_json.hpp"
#include "agent/protocol/execution_id.hpp"
#include "runner/cli/aws_environment.hpp"
#include "runner/cli/console_progress.hpp"
#include "runner/cli/log_receiver.hpp"
#include "runner/cli/saved_run.hpp"
#include "runner/cli/stage_run.hpp"
#include "runner/cli/step_environment.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace {

using nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

std::int64_t milliseconds_since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
}

// documents[] of a result file; nothing when it is not there, cut short, or what no agent writes.
std::optional<ordered_json> read_documents(const std::filesystem::path& file) {
  constexpr std::uintmax_t largest = 256U << 20U;
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(file, error))) return std::nullopt;
  if (std::filesystem::file_size(file, error) > largest || error) return std::nullopt;
  auto json = parse_bounded_json<ordered_json>(read_text_file(file.string(), largest));
  if (!json.is_object() || !json.contains("documents") || !json["documents"].is_array()) return std::nullopt;
  return std::move(json["documents"]);
}

/// The run on one target, from the first stage to the last.
class Session {
 public:
  Session(const SessionContext& context, const PlannedTarget& planned, TargetReport& report)
      : context_(context), planned_(planned), report_(report), progress_(context.console) {}

  void run() {
    const auto start = Clock::now();
    RunSummary& summary = report_.summary;
    summary.target = planned_.target->name();
    summary.execution_id = planned_.execution_id;
    for (const PlannedStage& stage : planned_.stages)
      summary.planned_steps += stage.step_count;
    context_.console.begin_target(report_.history, summary.target, planned_.reason);
    try {
      if (planned_.attached) followed_ = lock_run(*planned_.attached);
      planned_.target->prepare(progress_);
      if (planned_.attached) {
        folder_ = std::make_unique<RunFolder>(context_.plan.log_root, *planned_.attached);
      } else {
        folder_ = std::make_unique<RunFolder>(context_.plan.log_root, planned_.execution_id, current_time_ns());
      }
      run_stages();
    } catch (const Fault& fault) {
      set_fault(fault);
    } catch (const Interrupted&) {
      set_interrupted();
    }
    if (context_.loop.interrupts() > 0) set_interrupted();
    if (folder_ && folder_->used()) {
      summary.log_directory = folder_->path().string();
      summary.shown_log_directory = folder_->shown_path();
      if (const std::string error = folder_->events_error(); !error.empty()) context_.console.warning(error);
    }
    if (followed_.is_open() && folder_ && !agent_may_live_) {
      try {
        forget_saved_run(folder_->path(), SavedFor::attach);
      } catch (const Fault& fault) {
        context_.console.warning(fault.message());
      }
    }
    summary.documents = merge_documents(documents_);
    summary.duration_ms = milliseconds_since(start);
    context_.console.finish(summary);
  }

 private:
  void run_stages() {
    std::unique_ptr<Snapshot> snapshot;  // outlives the machine started from it
    for (std::size_t i = 0; i < planned_.stages.size(); ++i) {
      const bool last = i + 1 == planned_.stages.size();
      const std::unique_ptr<Machine> machine = planned_.target->start(snapshot.get(), progress_);
      std::unique_ptr<AgentConnection> connection;
      if (!run_one_stage(i, *machine, connection) || last) {
        keep_if_asked(i, *machine, connection.get());
        // An agent may outlive its connection; one in a machine of ours goes with it.
        if (connection && !planned_.target->capabilities().disposable) release_agent(context_.loop, *connection, false);
        return;
      }
      release_agent(context_.loop, *connection, true);
      connection.reset();
      context_.console.activity("taking a snapshot for the next stage", true);
      snapshot = machine->snapshot();
      context_.console.activity_finished({});
    }
  }

  // True when the stage succeeded.
  bool run_one_stage(std::size_t index, Machine& machine, std::unique_ptr<AgentConnection>& connection) {
    const PlannedStage& stage = planned_.stages[index];
    report_.history.begin_stage(stage.name);
    context_.console.begin_stage(stage.name, machine.description());
    const EventConsumers consumers{report_.history, context_.console, *folder_, context_.standard_output};
    StageWork work{make_job(index, machine), stage.step_count};
    StageEnd end;
    if (planned_.attached) {
      const KnownEvents known = show_known_events(consumers, work);
      agent_may_live_ = true;  // until it is known better
      connection = machine.attach(known.last);
      // Where nothing followed the greeting, ibtest may have been killed before the agent had its job. It takes one.
      if (known.last == 1) connection->send(encode(Command{StartRun{work.job}}));
      end.finished = known.finished;
    } else {
      make_attachable(work.job);
      connection = machine.connect();
    }
    if (!end.finished) {
      context_.console.activity("waiting for the agent", true);
      end = run_stage(context_.loop, machine, connection, std::move(work), consumers, context_.answers);
      context_.console.activity_finished({});
    }
    agent_may_live_ = end.fault && connection->agent_may_live();
    if (end.fault) set_fault(*end.fault);
    if (end.suspended) suspend(*end.suspended);
    collect_logs(index, machine, end.suspended ? nullptr : connection.get());
    if (!end.finished || context_.loop.interrupts() > 0) return false;
    const Status status = end.finished->status;
    if (status == Status::success || status == Status::success_with_ignored_failure) return true;
    report_.summary.exit_status = ExitStatus::component_failed;
    report_.summary.failure_message = end.finished->failure_message;
    return false;
  }

  /// Of a run that goes on: what its events said so far.
  struct KnownEvents {
    std::uint64_t last = 0;
    std::optional<RunFinished> finished;
  };
  [[nodiscard]] KnownEvents show_known_events(const EventConsumers& consumers, StageWork& work) const {
    KnownEvents known;
    bool reboots = false;
    EventSequence& sequence = work.so_far.emplace(StageBounds{work.step_count, work.job.reboot_limit});
    folder_->read_events([&](const std::string& line) {
      const Event event = decode_event(line);
      if (reboots) sequence.restart();
      sequence.check(event);
      consumers.show(line, event);
      known.last = event.sequence;
      reboots = std::holds_alternative<RebootRequested>(event.body);
      if (const auto* finished = std::get_if<RunFinished>(&event.body)) known.finished = *finished;
    });
    if (reboots) {
      throw Fault(ExitStatus::target_failed,
                  "ibtest was killed while the host rebooted, and what the run was to go on with is lost",
                  "Run the documents again.");
    }
    return known;
  }

  // So that another ibtest can follow the agent when this one is killed.
  void make_attachable(const Job& job) {
    if (!planned_.target->capabilities().attachable || context_.options.arguments.empty()) return;
    followed_ = lock_run(folder_->path());
    save_run(
        folder_->path(), SavedFor::attach,
        {std::filesystem::current_path(), context_.options.arguments, job, planned_.target->name(), planned_.run_id});
  }

  // D-13: this machine is the user's to restart.
  void suspend(const Job& job) {
    try {
      save_run(folder_->path(), SavedFor::reboot, {std::filesystem::current_path(), context_.options.arguments, job});
      report_.summary.exit_status = ExitStatus::reboot_wanted;
      report_.summary.failure_message = "waiting for a reboot of this machine";
    } catch (const Fault& fault) {
      set_fault(fault);
    }
  }

  Job make_job(std::size_t index, const Machine& machine) const {
    if (planned_.resumed) return *planned_.resumed;
    const PlannedStage& stage = planned_.stages[index];
    Job job;
    // Each stage is an execution of its own (service.md 1.4); the first one names the run.
    job.execution_id = index == 0 ? planned_.execution_id : make_execution_id();
    job.documents = context_.plan.documents;
    job.phases = stage.phases;
    job.environment = step_environment({job.execution_id, planned_.target->name(), job.working_directory});
    job.values = context_.plan.values;
    job.can_reboot = planned_.target->capabilities().reboot;
    job.reboot_limit = context_.options.reboot_limit;
    job.longest_reboot_delay = context_.options.longest_reboot_delay;
    job.emptied_on_reboot = machine.emptied_on_reboot();
    // A machine that is really restarted does that itself.
    if (context_.options.empty_tmp_on_reboot && !machine.restarts_itself()) job.emptied_on_reboot.emplace_back("/tmp");
    job.sudo_stand_in = context_.options.sudo_stand_in && planned_.target->capabilities().disposable;
    job.skip_updates = context_.options.skip_updates;
    job.strict = context_.options.strict;
    job.blocked_actions = context_.options.blocked_actions;
    job.runner_serves_urls = context_.options.web.is_used();
    for (const auto& [name, value] : context_.plan.aws_environment)
      job.environment.insert_or_assign(name, value);
    job.secrets = secrets_of(context_.plan.aws_environment);
    job.secrets.insert(job.secrets.end(), context_.plan.secrets.begin(), context_.plan.secrets.end());
    return job;
  }

  // Also after failures, so it must not throw: what cannot be had is said.
  void collect_logs(std::size_t index, Machine& machine, AgentConnection* connection) {
    const std::string& source = report_.history.stages().back().log_directory;
    std::optional<ordered_json> documents;
    if (!source.empty() && context_.loop.interrupts() < 2) {
      const bool several = planned_.stages.size() > 1;
      std::string problem;
      context_.console.activity("copying the logs", true);
      try {
        // An agent that has ended its run sends them itself; what it cannot, the machine copies.
        const bool alive = connection != nullptr && !report_.summary.faulted;
        if (!alive || !receive_logs(context_.loop, *connection, folder_->incoming()).empty())
          machine.copy_out(source, folder_->incoming());
      } catch (const Fault& fault) {
        problem = fault.message();
      } catch (const Interrupted&) {
        problem = "interrupted";
      }
      context_.console.activity_finished({});
      std::error_code ignored;
      if (std::filesystem::is_directory(std::filesystem::symlink_status(folder_->incoming(), ignored))) {
        try {
          const auto place = folder_->adopt_incoming(several ? planned_.stages[index].name : "");
          documents = read_documents(place / "detailedoutput.json");
        } catch (const Fault& fault) {
          problem = fault.message();
        }
      }
      if (!problem.empty())
        context_.console.warning("the logs could not be copied from the machine: " + problem +
                                 "; events.jsonl has what the agent had said");
    }
    documents_.push_back(documents ? std::move(*documents)
                                   : documents_from_history(report_.history, report_.history.stages().size() - 1));
  }

  void keep_if_asked(std::size_t index, Machine& machine, AgentConnection* connection) {
    const bool bad = report_.summary.exit_status != ExitStatus::success;
    const bool asked =
        context_.options.keep == KeepMode::always || (context_.options.keep == KeepMode::on_failure && bad);
    const bool suspended = report_.summary.exit_status == ExitStatus::reboot_wanted;
    if (!asked || suspended || context_.loop.interrupts() > 0) return;
    try {
      if (machine.post_mortem()) return;  // there is nothing left to keep
      if (connection != nullptr && !report_.summary.faulted) release_agent(context_.loop, *connection, false);
      const std::string stage = planned_.stages.size() > 1 ? planned_.stages[index].name : std::string();
      report_.summary.kept = KeptMachine{stage, machine.keep()};
    } catch (const Fault& fault) {
      context_.console.warning("the machine could not be kept: " + fault.message());
    }
  }

  void set_fault(const Fault& fault) {
    RunSummary& summary = report_.summary;
    context_.console.activity_finished({});
    summary.faulted = true;
    summary.exit_status = fault.status();
    summary.failure_message = fault.message();
    summary.fault_remedy = fault.remedy();
  }

  void set_interrupted() {
    RunSummary& summary = report_.summary;
    if (summary.exit_status == ExitStatus::interrupted) return;
    summary.exit_status = ExitStatus::interrupted;
    summary.faulted = false;
    summary.failure_message = "interrupted";
    const StepReport* step = report_.history.first_failed();
    if (step != nullptr && (!step->status || *step->status == Status::interrupted))
      summary.failure_message += " in " + step_place(*step);
  }

  const SessionContext& context_;
  const PlannedTarget& planned_;
  TargetReport& report_;
  ConsoleProgress progress_;
  std::unique_ptr<RunFolder> folder_;
  std::vector<ordered_json> documents_;  ///< of each stage
  FileDescriptor followed_;              ///< holds the run of an agent that outlives this program
  bool agent_may_live_ = false;
};

}  // namespace

void run_on_target(const SessionContext& context, const PlannedTarget& planned, TargetReport& report) {
  Session(context, planned, report).run();
}

}  // namespace ibtest
