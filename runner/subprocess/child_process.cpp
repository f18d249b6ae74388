#include "runner/subprocess/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/v2.hpp>

#include "agent/protocol/fault.hpp"
#include "runner/subprocess/find_program.hpp"

namespace ibtest {

namespace asio = boost::asio;
namespace process = boost::process::v2;
using boost::system::error_code;

namespace {

constexpr std::size_t read_size = 64U << 10U;

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/// What the child does between fork and exec; async-signal-safe calls only.
struct ChildSetup {
  pid_t parent;

  template <typename Launcher, typename Path>
  error_code on_exec_setup(Launcher& /*launcher*/, const Path& /*executable*/, const char* const* /*arguments*/) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);  // the parent died before the request was in place
    ::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    return {};
  }

  // The launcher would call exit() in the forked child, which flushes this program's buffers a second time. It looks
  // for the first signature and calls the second.
  template <typename Launcher, typename Path>
  void on_exec_error(Launcher& launcher, const error_code& error, const Path& executable,
                     const char* const* const& arguments, const error_code& again);
  template <typename Launcher, typename Path>
  void on_exec_error(Launcher& /*launcher*/, const Path& /*executable*/, const char* const* const& /*arguments*/,
                     const error_code& /*error*/) {
    ::_exit(127);
  }
};

}  // namespace

struct ChildProcess::State : std::enable_shared_from_this<State> {
  State(asio::io_context& context, Callbacks handlers)
      : callbacks(std::move(handlers)), input(context), output(context), error_output(context), end(context) {}

  Callbacks callbacks;
  asio::writable_pipe input;
  asio::readable_pipe output;
  asio::readable_pipe error_output;
  std::optional<process::basic_process<asio::io_context::executor_type>> child;
  asio::posix::stream_descriptor end;  ///< can be read when the child has ended
  pid_t group = 0;
  struct Queued {
    std::string bytes;
    SendShare share;
  };
  std::deque<Queued> queue;
  bool writing = false;
  bool reading_output = false;
  bool output_ended = false;
  bool close_after_queue = false;
  std::array<char, read_size> output_buffer{};
  std::array<char, read_size> error_buffer{};

  void read_output() {
    if (reading_output || output_ended) return;
    reading_output = true;
    output.async_read_some(asio::buffer(output_buffer),
                           [self = shared_from_this()](const error_code& error, std::size_t size) {
                             self->reading_output = false;
                             if (error) self->output_ended = true;
                             if (self->callbacks.on_output) {
                               self->callbacks.on_output({self->output_buffer.data(), error ? 0 : size});
                             }
                           });
  }

  void read_error_output() {
    error_output.async_read_some(asio::buffer(error_buffer),
                                 [self = shared_from_this()](const error_code& error, std::size_t size) {
                                   if (self->callbacks.on_error_output) {
                                     self->callbacks.on_error_output({self->error_buffer.data(), error ? 0 : size});
                                   }
                                   if (!error) self->read_error_output();
                                 });
  }

  void write_next() {
    if (writing) return;
    if (queue.empty()) {
      error_code ignored;
      if (close_after_queue) input.close(ignored);
      return;
    }
    writing = true;
    asio::async_write(input, asio::buffer(queue.front().bytes),
                      [self = shared_from_this()](const error_code& error, std::size_t /*size*/) {
                        self->writing = false;
                        if (!self->queue.empty()) self->queue.pop_front();
                        if (error) {
                          self->queue.clear();
                          self->close_after_queue = true;
                        }
                        self->write_next();
                      });
  }

  // The library's own wait blocks when the descriptor had not been ready after all; a late event of one that had the
  // same place before is enough for that.
  void wait_for_exit() {
    end.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](const error_code& error) {
      if (!self->child || error == asio::error::operation_aborted) return;
      int wait_status = 0;
      const pid_t ended = ::waitpid(self->child->id(), &wait_status, WNOHANG);
      if (ended == 0) return self->wait_for_exit();
      self->forget_child();
      if (self->callbacks.on_exit) self->callbacks.on_exit(ended < 0 ? 127 : exit_code_of(wait_status));
    });
  }

  /// The child has been reaped: its id may soon name another process, which must never be signalled.
  void forget_child() {
    child->detach();
    child.reset();
    error_code ignored;
    end.close(ignored);
  }
};

ChildProcess::ChildProcess(asio::io_context& context, const std::vector<std::string>& command_line, Callbacks callbacks)
    : state_(std::make_shared<State>(context, std::move(callbacks))) {
  start(context, command_line, [this] {
    return process::process_stdio{state_->input, state_->output, state_->error_output};
  });
}

ChildProcess::ChildProcess(asio::io_context& context, const std::vector<std::string>& command_line, Callbacks callbacks,
                           int stream)
    : state_(std::make_shared<State>(context, std::move(callbacks))) {
  start(context, command_line, [&] { return process::process_stdio{stream, stream, state_->error_output}; });
}

template <typename OpenStreams>
void ChildProcess::start(asio::io_context& context, const std::vector<std::string>& command_line,
                         OpenStreams&& open_streams) {
  const std::string& name = command_line.at(0);
  const auto program = find_program(name);
  if (!program) throw Fault(ExitStatus::target_failed, "cannot start " + name + ": there is no such program");
  // Throwing is left to us: the library would call exit handlers on the way.
  process::default_process_launcher launcher;
  error_code error;
  std::vector<std::string> arguments(command_line.begin() + 1, command_line.end());
  // Loops on other threads must not fork meanwhile: their child would inherit the ends of these pipes, and asio's
  // signal handling knows one fork at a time.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  auto child = launcher(context.get_executor(), error, boost::filesystem::path(program->string()), arguments,
                        open_streams(), ChildSetup{::getpid()});
  if (error) throw Fault(ExitStatus::target_failed, "cannot start " + program->string() + ": " + error.message());
  state_->group = child.id();
  state_->child.emplace(std::move(child));
  state_->end.assign(static_cast<int>(::syscall(SYS_pidfd_open, state_->group, 0)), error);
  if (error) throw Fault(ExitStatus::target_failed, "watching " + program->string() + ": " + error.message());
  state_->read_error_output();
  state_->wait_for_exit();
}

ChildProcess::~ChildProcess() {
  state_->callbacks = {};
  if (state_->child) {
    signal_group(SIGKILL);
    state_->child.reset();  // reaps
  }
  error_code ignored;
  state_->end.close(ignored);
  state_->input.close(ignored);
  state_->output.close(ignored);
  state_->error_output.close(ignored);
}

void ChildProcess::resume_output() {
  state_->read_output();
}

void ChildProcess::write(std::string bytes, SendShare share) {
  if (bytes.empty() || state_->close_after_queue) return;
  state_->queue.push_back({std::move(bytes), std::move(share)});
  state_->write_next();
}

void ChildProcess::close_input() {
  state_->close_after_queue = true;
  state_->write_next();
}

void ChildProcess::signal_group(int signal_number) {
  if (!state_->child) return;
  // Between fork and setsid() the group does not exist yet; the launcher returns only after exec, so it does here.
  if (::kill(-state_->group, signal_number) != 0 && errno == ESRCH) ::kill(state_->group, signal_number);
}

bool ChildProcess::running() const {
  return state_->child.has_value();
}

}  // namespace ibtest
