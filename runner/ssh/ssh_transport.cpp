#include "runner/ssh/ssh_transport.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "runner/subprocess/line_splitter.hpp"

namespace ibtest {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t complaint_limit = 16U << 10U;
constexpr auto last_words_patience = 500ms;

std::string place_of(const SshSettings& settings) {
  const std::string named = settings.host == settings.host_name ? "" : fmt::format(" ({})", settings.host_name);
  return fmt::format("{}{}, port {}", settings.host, named, settings.port);
}

std::string remedy_for(const error_code& error) {
  if (error == asio::error::connection_refused) return "Does an SSH server run there, at this port?";
  if (error == asio::error::timed_out || error == asio::error::host_unreachable ||
      error == asio::error::network_unreachable) {
    return "Is the machine running, and does a firewall or security group let this machine through?";
  }
  return {};
}

void set_option(int socket, int level, int name, int value) {
  // What a kernel does not know it does without.
  static_cast<void>(::setsockopt(socket, level, name, &value, sizeof value));
}

/// Small packets at once; a path that is dead is noticed, and one that is idle kept open.
void tune(int socket, const SshSettings& settings) {
  const auto interval = static_cast<int>(settings.alive_interval.count());
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, interval);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, interval);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, settings.alive_count);
  constexpr int milliseconds = 1000;
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, interval * settings.alive_count * milliseconds);
}

}  // namespace

SshTransport::SshTransport(ProcessLoop& loop, const SshSettings& settings, const std::filesystem::path& configuration)
    : loop_(loop) {
  const auto proxy = proxy_command_line(settings, configuration);
  if (proxy.empty()) {
    connect_directly(settings);
  } else {
    start_proxy(proxy);
  }
}

SshTransport::~SshTransport() = default;

void SshTransport::connect_directly(const SshSettings& settings) {
  struct Attempt {
    explicit Attempt(asio::io_context& context) : resolver(context), socket(context), timer(context) {}
    tcp::resolver resolver;
    tcp::socket socket;
    asio::steady_timer timer;
    error_code error;
    bool resolving = true;
    bool done = false;
    bool late = false;
  };
  // Shared with the handlers, which may come after an interrupt.
  const auto attempt = std::make_shared<Attempt>(loop_.context());
  attempt->timer.expires_after(settings.connect_timeout);
  attempt->timer.async_wait([attempt](const error_code& cancelled) {
    if (cancelled || attempt->done) return;
    attempt->late = attempt->done = true;
    error_code ignored;
    attempt->resolver.cancel();
    attempt->socket.close(ignored);
  });
  attempt->resolver.async_resolve(settings.host_name, std::to_string(settings.port),
                                  [attempt](const error_code& error, const tcp::resolver::results_type& places) {
                                    if (attempt->done) return;
                                    if (error) {
                                      attempt->error = error;
                                      attempt->done = true;
                                      return;
                                    }
                                    attempt->resolving = false;
                                    asio::async_connect(attempt->socket, places,
                                                        [attempt](const error_code& failed, const tcp::endpoint&) {
                                                          if (attempt->done) return;
                                                          attempt->error = failed;
                                                          attempt->done = true;
                                                        });
                                  });
  while (!attempt->done && loop_.interrupts() == 0)
    loop_.context().run_one();
  const bool interrupted = !attempt->done;
  attempt->done = true;
  attempt->timer.cancel();
  if (interrupted) {
    error_code ignored;
    attempt->resolver.cancel();
    attempt->socket.close(ignored);
    throw Interrupted{};
  }
  const std::string connecting = "connecting to " + place_of(settings);
  if (attempt->late) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("{}: no answer within {} s", connecting, settings.connect_timeout.count()),
                remedy_for(asio::error::timed_out));
  }
  if (attempt->error && attempt->resolving) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("there is no address for the host {} ({})", settings.host_name, attempt->error.message()),
                "Is the name right? Aliases are those of your OpenSSH configuration.");
  }
  if (attempt->error) {
    throw Fault(ExitStatus::target_failed, fmt::format("{}: {}", connecting, attempt->error.message()),
                remedy_for(attempt->error));
  }
  error_code failed;
  socket_ = FileDescriptor(attempt->socket.release(failed));
  if (failed) throw Fault(ExitStatus::target_failed, fmt::format("{}: {}", connecting, failed.message()));
  tune(socket_.get(), settings);
}

void SshTransport::start_proxy(const std::vector<std::string>& command_line) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Fault(ExitStatus::target_failed, system_error_text("making a pair of sockets", errno));
  socket_ = FileDescriptor(ends[0]);
  const FileDescriptor child_end(ends[1]);
  proxy_ =
      std::make_unique<ChildProcess>(loop_.context(), command_line,
                                     ChildProcess::Callbacks{.on_error_output =
                                                                 [this](std::string_view bytes) {
                                                                   if (bytes.empty()) proxy_ended_ = true;
                                                                   append_tail(proxy_errors_, bytes, complaint_limit);
                                                                 }},
                                     child_end.get());
}

std::string SshTransport::complaint() {
  if (!proxy_) return {};
  const auto end = Clock::now() + last_words_patience;
  while (!proxy_ended_ && Clock::now() < end)
    loop_.wait_until(end);
  return last_lines(proxy_errors_, 5);
}

}  // namespace ibtest
