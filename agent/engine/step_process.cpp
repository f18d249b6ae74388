#include "agent/engine/step_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "actions/commands/executable_search.hpp"
#include "agent/engine/output_value.hpp"
#include "agent/engine/spawn.hpp"
#include "agent/engine/wait_status.hpp"

namespace ibtest {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t chunk_size = 64U << 10U;
constexpr std::size_t error_tail_size = 16U << 10U;
// Between two looks at what is still alive when no SIGCHLD says so, and until a process that does not die is given up
// (one that hangs in the kernel).
constexpr std::chrono::milliseconds kill_interval{50};
constexpr std::chrono::seconds kill_patience{10};

std::string start_error(const SpawnRequest& request, int error_number) {
  struct stat status {};
  if (::stat(request.working_directory.c_str(), &status) != 0) {
    return fmt::format("chdir {}: {}", request.working_directory.string(), error_name(errno));
  }
  return fmt::format("fork/exec {}: {}", request.executable, error_name(error_number));
}

}  // namespace

/// One process, its pipes and timers. Handlers share its ownership, since cancelled ones run after run() has returned.
struct StepProcess::Running : std::enable_shared_from_this<StepProcess::Running> {
  struct Stream {
    Stream(asio::io_context& context, OutputStream kind_of_stream) : kind(kind_of_stream), pipe(context) {}
    OutputStream kind;
    asio::posix::stream_descriptor pipe;
    std::unique_ptr<char[]> buffer = std::make_unique_for_overwrite<char[]>(chunk_size);
    std::size_t kept = 0;  ///< bytes of an unfinished character at the start of the buffer
    bool reading = false;
  };

  Running(asio::io_context& context, ChildWatch& child_watch, const StepProcessSettings& process_settings,
          const StepProcessListener& process_listener)
      : children(child_watch),
        settings(process_settings),
        listener(process_listener),
        streams{Stream(context, OutputStream::standard_output), Stream(context, OutputStream::standard_error)},
        deadline(context),
        held_warning(context),
        kill_timer(context) {}

  void start(pid_t child, Pipe& out, Pipe& err) {
    pid = child;
    children.watch(pid, [self = shared_from_this()](int status) { self->child_ended(status); });
    streams[0].pipe.assign(out.read_end.release());
    streams[1].pipe.assign(err.read_end.release());
    for (Stream& stream : streams)
      read(stream);
    if (settings.deadline) {
      deadline.expires_at(*settings.deadline);
      deadline.async_wait([self = shared_from_this()](const error_code& error) {
        if (error || self->finished()) return;
        self->result.timed_out = true;
        self->kill_everything();
      });
    }
  }

  [[nodiscard]] bool finished() const { return (exited || gave_up) && (!killing || all_killed) && !pipes_open(); }
  [[nodiscard]] bool pipes_open() const { return streams[0].pipe.is_open() || streams[1].pipe.is_open(); }

  void read(Stream& stream) {
    stream.reading = true;
    stream.pipe.async_read_some(asio::buffer(stream.buffer.get() + stream.kept, chunk_size - stream.kept),
                                [self = shared_from_this(), &stream](const error_code& error, std::size_t size) {
                                  stream.reading = false;
                                  self->received(stream, size);
                                  if (self->closing) return self->close(stream);
                                  if (error) return self->close(stream);
                                  if (!self->listener.accepts_output || self->listener.accepts_output())
                                    return self->read(stream);
                                  self->listener.when_accepting([self, &stream] {
                                    if (stream.pipe.is_open() && !stream.reading && !self->closing) self->read(stream);
                                  });
                                });
  }

  void received(Stream& stream, std::size_t size) {
    if (size == 0) return;
    const std::string_view bytes(stream.buffer.get(), stream.kept + size);
    const std::size_t tail = incomplete_utf8_tail(bytes);
    deliver(stream, bytes.substr(0, bytes.size() - tail));
    std::copy(bytes.end() - static_cast<std::ptrdiff_t>(tail), bytes.end(), stream.buffer.get());
    stream.kept = tail;
  }

  void deliver(Stream& stream, std::string_view bytes) {
    if (bytes.empty()) return;
    if (stream.kind == OutputStream::standard_output) {
      value.append(bytes);
    } else {
      error_tail.append(bytes);
    }
    listener.output(stream.kind, std::string(bytes));
  }

  // Takes what is in the pipe already, then closes this end: a writer outside the step's tree may hold the other one.
  void close(Stream& stream) {
    if (!stream.pipe.is_open()) return;
    // Bounded: a writer outside of the tree could refill the pipe for ever. Not asio's read_some, which would wait.
    for (int rounds = 0; closing && rounds < 32; ++rounds) {
      const ssize_t size =
          ::read(stream.pipe.native_handle(), stream.buffer.get() + stream.kept, chunk_size - stream.kept);
      if (size <= 0) break;
      received(stream, static_cast<std::size_t>(size));
    }
    deliver(stream, {stream.buffer.get(), stream.kept});
    stream.kept = 0;
    stream.pipe.close();
  }

  void child_ended(int status) {
    exited = true;
    wait_status = status;
    if (!pipes_open() || killing) return;
    held_warning.expires_after(held_output_warning);
    held_warning.async_wait([self = shared_from_this()](const error_code& error) {
      if (error || self->finished() || self->killing) return;
      self->listener.warning(fmt::format(
          "{} has ended, but a background process still holds its output open; the step goes on until that process "
          "ends or the step times out. Start background processes with `command >/dev/null 2>&1 &`",
          self->settings.command_line.front()));
    });
  }

  void kill_everything() {
    if (killing) return;
    killing = true;
    give_up_at = std::chrono::steady_clock::now() + kill_patience;
    children.on_reaped([self = shared_from_this()] { self->kill_round(); });
    kill_round();
  }

  // Once more until nothing is left: what is forked while we look is found by the next round.
  void kill_round() {
    if (all_killed) return;
    children.reap();
    bool alive = !exited;
    if (!exited) ::kill(-pid, SIGKILL);  // all there is to do where /proc is not mounted
    for (const ProcessEntry& process : settings.earlier.started_since()) {
      if (process.ended()) continue;
      alive = true;
      ::kill(process.pid, SIGKILL);
    }
    if (alive && std::chrono::steady_clock::now() < give_up_at) {
      kill_timer.expires_after(kill_interval);
      kill_timer.async_wait([self = shared_from_this()](const error_code& error) {
        if (!error) self->kill_round();
      });
      return;
    }
    if (alive) {
      gave_up = true;
      listener.warning("some processes of the step could not be killed; they hang in the kernel");
    }
    all_killed = true;
    closing = true;
    for (Stream& stream : streams) {
      if (stream.reading) {
        stream.pipe.cancel();  // its handler closes it
      } else {
        close(stream);
      }
    }
  }

  ProcessResult finish() {
    children.on_reaped({});
    children.forget(pid);
    deadline.cancel();
    held_warning.cancel();
    kill_timer.cancel();
    if (value.cut()) {
      listener.warning(
          fmt::format("the step printed more than {} MiB; its value `stdout` ends there, the logs have all",
                      OutputValue::default_limit >> 20U));
    }
    result.standard_output = value.take();
    result.standard_error_tail = error_tail.take();
    if (exited && WIFEXITED(wait_status)) result.exit_code = WEXITSTATUS(wait_status);
    if (exited) result.error = wait_status_error(wait_status);
    if (result.timed_out) result.error = fmt::format("step timed out after {} seconds", settings.timeout_seconds);
    if (result.stopped) result.error = "the run was stopped";
    if (result.timed_out || result.stopped) result.exit_code.reset();
    return std::move(result);
  }

  ChildWatch& children;
  const StepProcessSettings& settings;
  const StepProcessListener& listener;
  std::array<Stream, 2> streams;
  asio::steady_timer deadline;
  asio::steady_timer held_warning;
  asio::steady_timer kill_timer;
  OutputValue value;
  OutputTail error_tail{error_tail_size};
  ProcessResult result;
  std::chrono::steady_clock::time_point give_up_at;
  pid_t pid = -1;
  int wait_status = 0;
  bool exited = false;
  bool killing = false;
  bool all_killed = false;
  bool gave_up = false;
  bool closing = false;
};

StepProcess::StepProcess(asio::io_context& context, ChildWatch& children, RunControl& control)
    : context_(context), children_(children), control_(control) {}

ProcessResult StepProcess::run(const StepProcessSettings& settings, const StepProcessListener& listener) {
  ProcessResult result;
  if (settings.heeds_stop && control_.stop_requested()) {
    result.stopped = true;
    result.error = "the run was stopped";
    return result;
  }
  const FoundExecutable found =
      find_executable(settings.command_line.front(), settings.environment, settings.working_directory);
  if (!found.error.empty()) {
    result.start_error = ENOENT;
    result.error = found.error;
    return result;
  }
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  const SpawnRequest request{.executable = found.path,
                             .command_line = settings.command_line,
                             .environment = settings.environment,
                             .working_directory = settings.working_directory,
                             .standard_output = out.write_end.get(),
                             .standard_error = err.write_end.get()};
  const SpawnResult started = spawn(request);
  if (started.error_number != 0) {
    result.start_error = started.error_number;
    result.error = start_error(request, started.error_number);
    return result;
  }
  out.write_end = FileDescriptor();
  err.write_end = FileDescriptor();

  const auto running = std::make_shared<Running>(context_, children_, settings, listener);
  running->start(started.pid, out, err);
  if (settings.heeds_stop) {
    control_.on_stop([&running] {
      running->result.stopped = true;
      running->kill_everything();
    });
  }
  while (!running->finished())
    context_.run_one();
  control_.on_stop({});
  return running->finish();
}

}  // namespace ibtest
