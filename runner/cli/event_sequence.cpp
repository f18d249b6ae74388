#include "runner/cli/event_sequence.hpp"

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

Fault refused(const std::string& what) {
  return {ExitStatus::target_failed, "the agent " + what,
          "what runs in the target is not the agent that was put there, or something disturbs its output"};
}

}  // namespace

void EventSequence::check(const Event& event) {
  const bool fault = std::holds_alternative<AgentFault>(event.body);
  // The machine's init reports an agent's death with 0, whatever was said before.
  if (fault && event.sequence == 0) return;
  check_number(event);
  const bool hello = std::holds_alternative<Hello>(event.body);
  if (!fault && hello != (event.sequence == 1)) throw refused(hello ? "says hello twice" : "does not say hello first");
  if (event.depth > 0) return;
  if (const auto* const step = std::get_if<StepStarted>(&event.body); step != nullptr && step->address != last_step_) {
    last_step_ = step->address;
    if (++steps_ > bounds_.steps)
      throw refused(fmt::format("starts more steps than the {} of the documents", bounds_.steps));
  }
  if (std::holds_alternative<StepFinished>(event.body)) last_step_.reset();
  if (std::holds_alternative<RebootRequested>(event.body) && ++reboots_ > bounds_.reboots)
    throw refused(fmt::format("asks for more than {} reboots", bounds_.reboots));
}

void EventSequence::check_number(const Event& event) {
  if (event.sequence != expected_) {
    throw refused(fmt::format("{} events: expected number {}, got {}", event.sequence > expected_ ? "skips" : "repeats",
                              expected_, event.sequence));
  }
  ++expected_;
}

}  // namespace ibtest
