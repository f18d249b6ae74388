#include "agent/program/serve.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/engine/execution.hpp"
#include "agent/program/boot_marker.hpp"
#include "agent/program/command_reader.hpp"
#include "agent/program/exchange_socket.hpp"
#include "agent/program/log_sender.hpp"
#include "agent/program/metadata_block.hpp"
#include "agent/program/private_folder.hpp"
#include "agent/program/session_socket.hpp"
#include "agent/program/sudo_stand_in.hpp"
#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

// How long a runner that does not read may hold up the end of an agent that was told to end by a signal.
constexpr std::chrono::seconds farewell_patience{5};
constexpr const char* end_signal_reason = "the agent was told to end by a signal, as when its machine shuts down";
// How long a session whose job has not come waits for a runner to come back: meanwhile nobody else has the host.
constexpr std::chrono::seconds beginning_patience{60};
// How long the results of a session wait for a runner to come back.
constexpr std::chrono::hours session_patience{24};
constexpr const char* events_name = "events.jsonl";

bool is_safe_id(const std::string& id) {
  return !id.empty() && std::ranges::all_of(id, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '-' || letter == '_';
  });
}

/// The conversation with one runner.
class Server {
 public:
  explicit Server(const ServeOptions& options)
      : options_(options),
        children_(loop_),
        to_runner_(loop_),
        events_(to_runner_),
        exchanges_(loop_, to_runner_),
        parts_{loop_, children_, control_, to_runner_, events_, exchanges_},
        end_signals_(loop_, SIGTERM, SIGINT),
        farewell_(loop_),
        return_(loop_) {
    if (options_.session) {
      state_folder_ = *options_.session;
      session_.emplace(loop_, state_folder_ / session_socket_name,
                       SessionSocket::Callbacks{[this](FileDescriptor talk, std::uint64_t last_event) {
                                                  talk_to(std::move(talk), last_event);
                                                },
                                                [this] { session_changed(); }});
      if (options_.on_listening) options_.on_listening();
    } else {
      to_runner_.send_to(STDOUT_FILENO, 0);
      listen_to(STDIN_FILENO);
    }
    if (options_.exchange_socket) {
      exchange_socket_.emplace(loop_, *options_.exchange_socket,
                               [this](std::string line) { received(std::move(line)); });
      if (exchange_socket_->connected())
        exchanges_.send_through([this](std::string line) { exchange_socket_->send(std::move(line)); });
    }
    wait_for_end_signal();
  }

  void run() {
    utsname machine{};
    ::uname(&machine);
    while (session_ && !talk_.is_open() && !over())
      loop_.run_one();
    // A runner may go before it has said what is to be executed, and another one is told all from the beginning.
    if (session_) to_runner_.open(state_folder_ / events_name);
    events_.emit(Hello{protocol_version, IBTEST_VERSION, static_cast<const char*>(machine.machine)});
    to_runner_.flush();
    while (!job_ && !over())
      loop_.run_one();
    if (job_) execute();
    while (!over() || !farewell_said()) {
      loop_.run_one();
      if (std::exchange(logs_wanted_, false)) events_.emit(LogsSent{logs_to_runner()});
    }
    const bool unexpected = session_ && ending_ && !release_;
    if (!unexpected) clean_up();
    end_session();
    if (!unexpected) return;
    if (session_->connected()) return clean_up();  // a runner has heard all
    // The next one finds why, and clears up: end_of_session().
    std::fprintf(stderr, "%s\n", end_signal_reason);
  }

 private:
  // A closed input means that nobody will say Release; all that can be sent has been sent then.
  [[nodiscard]] bool over() const { return release_ || input_ended_ || ending_; }

  void listen_to(int input) {
    commands_.emplace(
        loop_, input, [this](std::string line) { received(std::move(line)); },
        [this] {
          input_ended_ = true;
          exchanges_.runner_is_gone();
        });
  }

  void talk_to(FileDescriptor talk, std::uint64_t last_event) {
    commands_.reset();
    // One loop does not watch one descriptor twice.
    talk_input_ = FileDescriptor(::fcntl(talk.get(), F_DUPFD_CLOEXEC, 0));
    to_runner_.send_to(talk.get(), last_event);
    if (const std::string& error = to_runner_.write_error(); !error.empty()) {
      // What the runners before were told is lost, so this is no event of the run. The file may end in half a line.
      const AgentFault fault{"what the run has told could not be kept on its machine: " + error,
                             "make room there, and run the documents again"};
      to_runner_.send_aside('\n' + encode(Event{0, current_time_ns(), fault}) + '\n');
    }
    talk_ = std::move(talk);
    listen_to(talk_input_.get());
    exchanges_.runner_was_replaced();
  }

  void session_changed() {
    if (session_->connected()) {
      return_.cancel();
      return;
    }
    await_return();
  }

  void await_return() {
    const bool begun = job_ || executed_;
    return_.expires_after(begun ? session_patience : beginning_patience);
    return_.async_wait([this, begun](const boost::system::error_code& cancelled) {
      if (cancelled || session_->connected()) return;
      if (begun && !executed_) return await_return();
      input_ended_ = true;
    });
  }

  // What was said last is still on its way.
  void end_session() {
    if (!session_) return;
    commands_.reset();
    ::shutdown(talk_.get(), SHUT_RDWR);
    farewell_.expires_after(farewell_patience);
    bool late = false;
    farewell_.async_wait([&late](const boost::system::error_code& cancelled) { late = !cancelled; });
    while (!session_->finished() && !late)
      loop_.run_one();
  }

  [[nodiscard]] bool farewell_said() const { return release_ || to_runner_.drained() || farewell_over_; }

  void received(std::string line) {
    try {
      if (is_exchange_line(line)) return exchanges_.received(decode_exchange_frame(std::move(line)));
      Command command = decode_command(line);
      if (auto* const start = std::get_if<StartRun>(&command)) {
        if (!job_ && !executed_) job_ = std::move(start->job);
      } else if (std::holds_alternative<StopRun>(command)) {
        control_.request_stop();
      } else if (std::holds_alternative<SendLogs>(command)) {
        logs_wanted_ = true;
      } else {
        release_ = std::get<Release>(command);
        if (!executed_) control_.request_stop();
      }
    } catch (const std::exception& exception) {
      report(exception.what(), "");
    }
  }

  std::string logs_to_runner() {
    if (log_folder_.empty()) return "there is no log folder";
    return send_logs(log_folder_, exchanges_, [this] { return over(); });
  }

  void report(const std::string& message, const std::string& remedy) { events_.emit(AgentFault{message, remedy}); }

  void execute() {
    bool reboots = false;
    try {
      const Job job = std::move(*job_);
      if (!is_safe_id(job.execution_id)) {
        throw Fault(ExitStatus::target_failed, "the execution id `" + job.execution_id + "` is no UUID");
      }
      if (!session_) {
        make_private_folder(options_.state_directory);
        const std::filesystem::path folder = options_.state_directory / job.execution_id;
        make_private_folder(folder);  // the events file says it when the folder cannot be made
        state_folder_ = folder;
        to_runner_.open(state_folder_ / events_name);
      }
      Execution execution(job, parts_);
      log_folder_ = execution.log_folder();
      if (options_.block_metadata) {
        if (const std::string problem = block_metadata_service(); !problem.empty())
          events_.log(LogLevel::warning, "Setup: " + problem);
      }
      std::optional<SudoStandIn> sudo;
      if (job.sudo_stand_in) {
        sudo.emplace(job.environment);
        if (!sudo->path().empty()) {
          events_.log(LogLevel::console, "Setup: the target has no sudo; " + sudo->path().string() +
                                             " is a stand-in that runs the command, until the run ends");
        }
      }
      execution.run();
      reboots = execution.reboots();
    } catch (const Fault& fault) {
      report(fault.message(), fault.remedy());
    } catch (const std::exception& exception) {
      report(exception.what(), "");
    }
    job_.reset();
    executed_ = true;
    if (options_.on_executed) options_.on_executed(reboots);
  }

  void wait_for_end_signal() {
    end_signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      ending_ = true;
      control_.request_stop(end_signal_reason);
      farewell_.expires_after(farewell_patience);
      farewell_.async_wait([this](const boost::system::error_code& cancelled) { farewell_over_ = !cancelled; });
      wait_for_end_signal();
    });
  }

  void clean_up() {
    std::error_code ignored;
    if (!state_folder_.empty()) {
      std::filesystem::remove_all(state_folder_, ignored);
      std::filesystem::remove(options_.state_directory, ignored);  // only when empty
    }
    if (release_ && release_->remove_log_directory && !log_folder_.empty()) {
      std::filesystem::remove_all(log_folder_, ignored);
    }
  }

  ServeOptions options_;
  boost::asio::io_context loop_{1};
  ChildWatch children_;
  RunControl control_;
  EventLog to_runner_;
  EventStream events_;
  RunnerExchanges exchanges_;
  AgentParts parts_;
  boost::asio::signal_set end_signals_;
  boost::asio::steady_timer farewell_;
  std::optional<Job> job_;
  std::optional<Release> release_;
  std::filesystem::path state_folder_;
  std::filesystem::path log_folder_;
  bool executed_ = false;
  bool logs_wanted_ = false;
  bool input_ended_ = false;
  bool ending_ = false;
  bool farewell_over_ = false;
  std::optional<ExchangeSocket> exchange_socket_;
  boost::asio::steady_timer return_;  ///< how long a runner may be away
  FileDescriptor talk_;               ///< with the runner of the session
  FileDescriptor talk_input_;
  std::optional<SessionSocket> session_;
  std::optional<CommandReader> commands_;
};

}  // namespace

int serve(const ServeOptions& options) {
  // The agent outlives its connection, however that ends.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  ::umask(0022);  // GOTCHA-9
  if (options.boot_marker && !wait_for_boot_marker(*options.boot_marker)) return 0;
  Server server(options);
  server.run();
  return 0;
}

}  // namespace ibtest
