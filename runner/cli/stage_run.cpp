#include "runner/cli/stage_run.hpp"

#include <fmt/format.h>

#include "agent/protocol/bounded_json.hpp"
#include "runner/cli/console_progress.hpp"
#include "runner/cli/event_sequence.hpp"
#include "runner/exchange/exchange_server.hpp"

namespace ibtest {

namespace {

using Clock = std::chrono::steady_clock;

// Why the connection ended before the run did: the machine knows best, then the transport.
std::string loss_reason(Machine& machine, AgentConnection& connection) {
  try {
    if (const auto reason = machine.post_mortem()) return *reason;
  } catch (const Fault& fault) {
    return fault.message();
  }
  const std::string reason = connection.end_reason();
  return reason.empty() ? "the connection ended" : reason;
}

Fault lost_agent(Machine& machine, AgentConnection& connection, const EventConsumers& consumers, bool greeted) {
  std::string message = fmt::format("{}: {}", greeted ? "the agent was lost" : "the agent could not be started",
                                    loss_reason(machine, connection));
  if (const StepReport* step = consumers.history.running()) message += "; it was running " + step_place(*step);
  return {ExitStatus::target_failed, std::move(message),
          connection.agent_may_live()
              ? fmt::format("It goes on there: `{}` follows it again.", consumers.folder.attach_command())
              : ""};
}

class Conversation {
 public:
  Conversation(ProcessLoop& loop, Machine& machine, std::unique_ptr<AgentConnection>& connection, StageWork work,
               const EventConsumers& consumers, ExchangeHandler& answers, const Patience& patience)
      : loop_(loop),
        machine_(machine),
        connection_(connection),
        job_(std::move(work.job)),
        sequence_(work.so_far.value_or(EventSequence({work.step_count, job_.reboot_limit}))),
        consumers_(consumers),
        patience_(patience),
        exchanges_(
            loop, answers,
            [&connection](std::string line, SendShare share) { connection->send(std::move(line), std::move(share)); }),
        keep_(std::move(work.keep)),
        greeted_(work.attached) {
    if (!greeted_) {
      deadline_ = Clock::now() + patience.boot;
    } else {
      give_job();  // an agent takes the first one only
    }
  }

  StageEnd run() {
    while (!end_) {
      if (loop_.interrupts() > 0) on_interrupt();
      if (end_) break;
      try {
        receive();
      } catch (const Fault& fault) {
        end_with(in_step(fault.message(), fault.remedy()));
      }
    }
    end_->begun = greeted_;
    return std::move(*end_);
  }

 private:
  void receive() {
    AgentConnection::Received received = connection_->receive(deadline_);
    if (received.line) {
      on_line(std::move(*received.line));
    } else if (received.ended) {
      end_with(lost_agent(machine_, *connection_, consumers_, greeted_));
    } else if (deadline_ && Clock::now() >= *deadline_) {
      on_deadline();
    }
  }

  void on_interrupt() {
    if (loop_.interrupts() > 1 || !greeted_) {
      end_ = StageEnd{};
    } else if (!stopping_) {
      stopping_ = true;
      exchanges_.cancel_all();
      const std::string obstacle = connection_->out_of_reach();
      told_to_stop_ = obstacle.empty();
      deadline_ = Clock::now() + (told_to_stop_ ? patience_.stop : patience_.reach);
      consumers_.console.note(
          told_to_stop_
              ? "stopping: waiting for the agent to end the step (Ctrl-C again stops at once)"
              : fmt::format("stopping: {}; trying for {} s to reach the agent (Ctrl-C again gives that up at once)",
                            obstacle, patience_.reach.count()));
      connection_->send(encode(Command{StopRun{}}));
    }
  }

  void on_deadline() {
    if (stopping_) {
      const bool lost = !connection_->out_of_reach().empty();
      if (!lost && !std::exchange(told_to_stop_, true)) {
        deadline_ = Clock::now() + patience_.stop;
        return;
      }
      if (!lost) {
        consumers_.console.warning(
            fmt::format("the agent did not end within {} s after it was asked to", patience_.stop.count()));
      }
      end_ = StageEnd{};
      return;
    }
    std::string message =
        fmt::format("{} did not get ready within {} s", machine_.description(), patience_.boot.count());
    end_with(Fault(ExitStatus::target_failed, std::move(message), "is its image able to boot here?"));
  }

  void on_line(std::string line) {
    if (line.empty()) return;  // precedes what the machine's init says of a dead agent
    Event event;
    try {
      if (is_exchange_line(line)) return exchanges_.received(std::move(line));
      event = decode_event(line);
    } catch (const Fault& fault) {
      return end_with(after_garbage(fault));
    }
    sequence_.check(event);
    if (std::holds_alternative<Hello>(event.body)) on_hello();
    if (auto* const reboot = std::get_if<RebootRequested>(&event.body)) return on_reboot(event, *reboot);
    consumers_.deliver(line, event);
    if (const auto* finished = std::get_if<RunFinished>(&event.body)) {
      if (finished->status == Status::interrupted && !stopping_)
        return end_with(in_step("the run was stopped, and not from here: " + finished->failure_message, ""));
      end_.emplace().finished = *finished;
    } else if (const auto* fault = std::get_if<AgentFault>(&event.body)) {
      end_with(agent_fault(event, *fault));
    }
  }

  void on_reboot(Event& event, RebootRequested& request) {
    job_.resume = parse_bounded_json(std::exchange(request.state, {}));
    if (!job_.resume.is_object()) {
      throw Fault(ExitStatus::target_failed,
                  "the agent asks for a reboot with a state that is no JSON object of bounded size");
    }
    // The state has values that no log shows.
    const std::string line = encode(event);
    if (keep_) keep_(job_, line);
    consumers_.deliver(line, event);
    release_agent(loop_, *connection_, false, patience_);
    if (machine_.rebooted_by_user()) {
      end_.emplace().suspended = std::move(job_);
      return;
    }
    consumers_.console.activity("rebooting the machine");
    greeted_ = false;
    sequence_.restart();
    try {
      ConsoleProgress progress(consumers_.console);
      connection_ = machine_.reboot(progress);
    } catch (const Fault& fault) {
      end_with(in_reboot(fault, request.address));
    } catch (const Interrupted&) {
      end_ = StageEnd{};
    }
    consumers_.console.activity_finished(end_ ? "" : "rebooted the machine");
    deadline_ = Clock::now() + patience_.boot;
  }

  // `message`, with the step that ran.
  [[nodiscard]] Fault in_step(std::string message, std::string remedy) const {
    if (const StepReport* step = consumers_.history.running()) message += "; it was running " + step_place(*step);
    return {ExitStatus::target_failed, std::move(message), std::move(remedy)};
  }

  // With the step that asked, which may have ended.
  [[nodiscard]] Fault in_reboot(const Fault& fault, const StepAddress& address) const {
    std::string message = fault.message();
    const auto& steps = consumers_.history.steps();
    if (!steps.empty() && steps.back().address == address)
      message += "; the reboot was asked for by " + step_place(steps.back());
    return {ExitStatus::target_failed, std::move(message), fault.remedy()};
  }

  [[nodiscard]] Fault agent_fault(const Event& event, const AgentFault& fault) const {
    // Events of an agent count from 1; the machine's init reports an agent's death with 0.
    const bool died = event.sequence == 0;
    return in_step((died ? "" : "the agent cannot go on: ") + fault.message, fault.remedy);
  }

  // An agent that dies in the middle of a line leaves half of one: then its death is the news.
  Fault after_garbage(const Fault& garbage) {
    const auto deadline = Clock::now() + std::chrono::seconds(1);
    for (;;) {
      const auto received = connection_->receive(deadline);
      if (received.ended) return lost_agent(machine_, *connection_, consumers_, greeted_);
      if (!received.line) break;
      if (received.line->empty()) continue;
      try {
        const Event event = decode_event(*received.line);
        if (const auto* fault = std::get_if<AgentFault>(&event.body)) return agent_fault(event, *fault);
      } catch (const Fault&) {
        break;
      }
    }
    return in_step(garbage.while_doing("talking to the agent").message(), garbage.remedy());
  }

  void on_hello() {
    greeted_ = true;
    deadline_.reset();
    if (keep_ && job_.resume.is_object()) keep_(job_, {});  // not waiting for a reboot any more
    give_job();
  }

  void give_job() { connection_->send(encode(Command{StartRun{job_}})); }

  void end_with(Fault fault) { end_.emplace().fault = std::move(fault); }

  ProcessLoop& loop_;
  Machine& machine_;
  std::unique_ptr<AgentConnection>& connection_;
  Job job_;
  EventSequence sequence_;
  const EventConsumers& consumers_;
  const Patience patience_;
  ExchangeServer exchanges_;
  std::optional<Clock::time_point> deadline_;
  KeepForAnother keep_;
  bool greeted_ = false;
  bool stopping_ = false;
  bool told_to_stop_ = false;
  std::optional<StageEnd> end_;
};

}  // namespace

void EventConsumers::deliver(std::string_view line, const Event& event) const {
  folder.write_event(line);
  show(line, event);
}

void EventConsumers::show(std::string_view line, const Event& event) const {
  history.consume(event);
  console.consume(event);
  if (standard_output != nullptr) standard_output->write_line(line);
}

std::string step_place(const StepReport& step) {
  return fmt::format("{}:{}, step {} ({}) of phase {}", step.document, step.line, step.name, step.action, step.phase);
}

StageEnd run_stage(ProcessLoop& loop, Machine& machine, std::unique_ptr<AgentConnection>& connection, StageWork work,
                   const EventConsumers& consumers, ExchangeHandler& answers, const Patience& patience) {
  return Conversation(loop, machine, connection, std::move(work), consumers, answers, patience).run();
}

void release_agent(ProcessLoop& loop, AgentConnection& connection, bool remove_log_directory,
                   const Patience& patience) {
  connection.send(encode(Command{Release{remove_log_directory}}));
  const auto deadline = Clock::now() + patience.release;
  // What it may still say is of no interest any more.
  try {
    while (loop.interrupts() < 2) {
      const bool lost = !connection.out_of_reach().empty();
      if (lost ? loop.interrupts() > 0 : Clock::now() >= deadline) return;
      const AgentConnection::Received received = connection.receive(lost ? Clock::now() + patience.release : deadline);
      if (received.ended) return;
    }
  } catch (const Fault&) {  // NOLINT(bugprone-empty-catch): nor is why it cannot be understood
  }
}

}  // namespace ibtest
