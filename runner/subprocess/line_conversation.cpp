#include "runner/subprocess/line_conversation.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/protocol/exchange_frame.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/line_buffer.hpp"
#include "runner/subprocess/child_process.hpp"
#include "runner/subprocess/line_splitter.hpp"

namespace ibtest {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {}  // namespace

struct LineConversation::State {
  explicit State(ProcessLoop& process_loop) : loop(process_loop), timer(process_loop.context()) {}

  ProcessLoop& loop;
  asio::steady_timer timer;
  LineBuffer lines;
  std::shared_ptr<SideChannel> side;
  LineSplitter error_splitter;
  std::function<void(std::string_view)> on_error_line;
  std::string error_output;
  int reported_interrupts = 0;
  bool output_ended = false;
  bool errors_ended = false;
  std::optional<int> exit_code;
  std::optional<ChildProcess> child;  // last: its callbacks use everything above

  void on_output(std::string_view bytes) {
    if (bytes.empty()) {
      output_ended = true;
    } else {
      lines.append(bytes);
    }
  }

  void on_error_output(std::string_view bytes) {
    if (bytes.empty()) errors_ended = true;
    append_tail(error_output, bytes, error_output_limit);
    if (!on_error_line) return;
    if (bytes.empty()) {
      error_splitter.finish(on_error_line);
    } else {
      error_splitter.append(bytes, on_error_line);
    }
  }
};

LineConversation::LineConversation(ProcessLoop& loop, const std::vector<std::string>& command_line)
    : state_(std::make_shared<State>(loop)) {
  State* state = state_.get();
  state->child.emplace(
      loop.context(), command_line,
      ChildProcess::Callbacks{.on_output = [state](std::string_view bytes) { state->on_output(bytes); },
                              .on_error_output = [state](std::string_view bytes) { state->on_error_output(bytes); },
                              .on_exit = [state](int exit_code) { state->exit_code = exit_code; }});
}

LineConversation::~LineConversation() = default;

void LineConversation::use(std::shared_ptr<SideChannel> channel) {
  state_->side = std::move(channel);
}

void LineConversation::send(std::string line, SendShare share) {
  if (state_->side && state_->side->connected() && is_exchange_line(line))
    return state_->side->send(std::move(line), std::move(share));
  line += '\n';
  state_->child->write(std::move(line), std::move(share));
}

void LineConversation::close_input() {
  state_->child->close_input();
}

LineConversation::Received LineConversation::receive(std::optional<std::chrono::steady_clock::time_point> wake_at) {
  State& state = *state_;
  if (wake_at) {
    state.timer.expires_at(*wake_at);
    // Only ends run_one(); the time itself is looked at below.
    state.timer.async_wait([](const error_code& /*error*/) {});
  }
  while (true) {
    if (state.loop.interrupts() > state.reported_interrupts) {
      state.reported_interrupts = state.loop.interrupts();
      return {.woken = true};
    }
    if (wake_at && std::chrono::steady_clock::now() >= *wake_at) {
      return {.woken = true};
    }
    if (auto line = state.lines.take_line()) return {.line = std::move(line)};
    if (state.lines.waiting() > longest_line) {
      throw Fault(ExitStatus::target_failed, "the agent sent a line of more than 64 MiB");
    }
    if (state.side) {
      if (auto line = state.side->take_line()) return {.line = std::move(line)};
    }
    if (state.output_ended) {
      if (auto rest = state.lines.take_rest()) return {.line = std::move(rest)};
      return {.ended = true};
    }
    state.child->resume_output();
    if (state.side) state.side->resume();
    state.loop.context().run_one();
  }
}

std::optional<int> LineConversation::wait_for_exit(std::chrono::milliseconds patience) {
  State& state = *state_;
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!(state.exit_code && state.errors_ended) && std::chrono::steady_clock::now() < end) {
    state.loop.context().run_one_until(end);
  }
  return state.exit_code;
}

const std::string& LineConversation::error_output() const {
  return state_->error_output;
}

void LineConversation::on_error_line(std::function<void(std::string_view)> callback) {
  state_->on_error_line = std::move(callback);
}

}  // namespace ibtest
