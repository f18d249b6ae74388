#include "runner/subprocess/process_loop.hpp"

#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runner/subprocess/child_process.hpp"
#include "runner/subprocess/line_splitter.hpp"

namespace ibtest {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t output_limit = 64U << 20U;
/// A grandchild may hold the pipes open after the program itself has ended.
constexpr auto drain_time = 500ms;
/// What a program gets to end by itself after an interrupt.
constexpr auto grace_time = 2s;

bool is_ignored(int signal_number) {
  struct sigaction current {};
  return ::sigaction(signal_number, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

}  // namespace

struct ProcessLoop::State {
  // One thread: no locks inside.
  asio::io_context context{1};
  asio::signal_set signals{context};
  struct sigaction old_pipe_action {};
  int interrupts = 0;
  int taken = 0;  ///< of them
  std::vector<std::function<void()>> callbacks;

  void await_signal() {
    signals.async_wait([this](const error_code& error, int /*signal_number*/) {
      if (error) return;
      on_interrupt();
      await_signal();
    });
  }

  void on_interrupt() {
    ++interrupts;
    const auto current = callbacks;  // a callback may register another
    for (const auto& callback : current)
      callback();
  }
};

ProcessLoop::ProcessLoop() : state_(std::make_unique<State>()) {
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &state_->old_pipe_action);
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) {
    if (signal_number == SIGHUP && is_ignored(SIGHUP)) continue;
    state_->signals.add(signal_number);
  }
  state_->await_signal();
}

ProcessLoop::~ProcessLoop() {
  ::sigaction(SIGPIPE, &state_->old_pipe_action, nullptr);
}

asio::io_context& ProcessLoop::context() {
  return state_->context;
}

int ProcessLoop::interrupts() const {
  return state_->interrupts - state_->taken;
}

InterruptsTaken::InterruptsTaken(ProcessLoop& loop, int interrupts) : loop_(loop), interrupts_(interrupts) {
  loop_.state_->taken += interrupts_;
}

InterruptsTaken::~InterruptsTaken() {
  loop_.state_->taken -= interrupts_;
}

void ProcessLoop::interrupt() {
  asio::post(state_->context, [this] { state_->on_interrupt(); });
}

void ProcessLoop::on_interrupt(std::function<void()> callback) {
  state_->callbacks.push_back(std::move(callback));
}

ChildResult ProcessLoop::run(const std::vector<std::string>& command_line, const RunOptions& options) {
  if (options.interruptible && interrupts() >= options.interrupts_needed) throw Interrupted{};
  return start(command_line, options)->wait();
}

std::unique_ptr<RunningCommand> ProcessLoop::start(const std::vector<std::string>& command_line,
                                                   const RunOptions& options) {
  return std::make_unique<RunningCommand>(*this, command_line, options);
}

void ProcessLoop::wait_until(std::chrono::steady_clock::time_point time) {
  state_->context.run_one_until(time);
}

struct RunningCommand::State {
  State(ProcessLoop& process_loop, ProcessLoop::RunOptions run_options)
      : loop(process_loop), options(std::move(run_options)), deadline(loop.context()), drain(loop.context()) {}

  ProcessLoop& loop;
  ProcessLoop::RunOptions options;
  asio::steady_timer deadline;
  asio::steady_timer drain;
  LineSplitter output_lines;
  LineSplitter error_lines;
  ChildResult result;
  bool output_ended = false;
  bool errors_ended = false;
  bool exited = false;
  bool drained = false;
  std::optional<ChildProcess> child;  // last: its callbacks use everything above

  void on_output(std::string_view bytes) {
    if (bytes.empty()) {
      output_ended = true;
      if (options.on_line) output_lines.finish(options.on_line);
      return;
    }
    if (options.on_output) {
      options.on_output(bytes);
    } else {
      const std::size_t room = output_limit - result.standard_output.size();
      result.standard_output.append(bytes.substr(0, room));
    }
    if (options.on_line) output_lines.append(bytes, options.on_line);
    child->resume_output();
  }

  void on_error_output(std::string_view bytes) {
    if (bytes.empty()) {
      errors_ended = true;
      if (options.on_line) error_lines.finish(options.on_line);
      return;
    }
    append_tail(result.standard_error, bytes, error_output_limit);
    if (options.on_line) error_lines.append(bytes, options.on_line);
  }

  void on_exit(int exit_code) {
    exited = true;
    deadline.cancel();
    if (!result.timed_out) result.exit_code = exit_code;
    drain.expires_after(drain_time);
    drain.async_wait([this](const error_code& error) {
      if (!error) drained = true;
    });
  }

  void on_timeout() {
    result.timed_out = true;
    result.exit_code = 128 + SIGKILL;
    child->signal_group(SIGKILL);
  }

  [[nodiscard]] bool finished() const { return exited && ((output_ended && errors_ended) || drained); }
  [[nodiscard]] bool stop_asked() const {
    return options.interruptible && loop.interrupts() >= options.interrupts_needed;
  }

  void end_child() {
    child->signal_group(SIGTERM);
    const auto kill = std::make_shared<bool>(false);
    asio::steady_timer grace(loop.context(), grace_time);
    grace.async_wait([kill](const error_code& error) { *kill = !error; });
    while (!exited && !*kill)
      loop.context().run_one();
    child.reset();
  }
};

RunningCommand::RunningCommand(ProcessLoop& loop, const std::vector<std::string>& command_line,
                               ProcessLoop::RunOptions options)
    : state_(std::make_shared<State>(loop, std::move(options))) {
  State* state = state_.get();
  state->child.emplace(
      loop.context(), command_line,
      ChildProcess::Callbacks{.on_output = [state](std::string_view bytes) { state->on_output(bytes); },
                              .on_error_output = [state](std::string_view bytes) { state->on_error_output(bytes); },
                              .on_exit = [state](int exit_code) { state->on_exit(exit_code); }});
  state->child->resume_output();
  state->child->write(std::move(state->options.standard_input));
  state->child->close_input();
  if (state->options.timeout) {
    state->deadline.expires_after(*state->options.timeout);
    state->deadline.async_wait([weak = std::weak_ptr<State>(state_)](const error_code& error) {
      const auto self = weak.lock();
      if (!error && self && self->child && !self->exited) self->on_timeout();
    });
  }
}

RunningCommand::~RunningCommand() = default;

bool RunningCommand::finished() const {
  return state_->finished();
}

ChildResult RunningCommand::wait() {
  while (!state_->finished()) {
    if (state_->stop_asked() && !state_->exited) {
      state_->end_child();
      throw Interrupted{};
    }
    state_->loop.context().run_one();
  }
  return std::move(state_->result);
}

}  // namespace ibtest
