#include "runner/target/ssh/ssh_machine.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <pwd.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runner/target/container/engine_error.hpp"
#include "runner/target/ssh/agent_upload.hpp"
#include "runner/target/ssh/session_connection.hpp"
#include "runner/target/ssh/ssh_reboot.hpp"
#include "runner/target/ssh/ssh_reconnect.hpp"
#include "runner/target/tar_reader.hpp"

namespace ibtest {

namespace {

/// Of the agent's sessions; root's alone.
constexpr std::string_view sessions_folder = "/var/lib/ibtest/";

constexpr std::string_view leave_script = "rm -f /var/lib/ibtest/reserved";

/// Gets a path as the first line of its input; says "d" and a tar stream, or "f" and the file's bytes, after a line
/// that tells them from what the shell greets with.
constexpr std::string_view read_script =
    R"sh(IFS= read -r s; if [ -d "$s" ]; then cd "$s" && echo "ibtest folder" && exec tar cf - .; )sh"
    R"sh(else [ -f "$s" ] && echo "ibtest file" && exec cat "$s"; fi)sh";

/// Takes what the script sends, into a folder or a file.
class CopyReceiver {
 public:
  explicit CopyReceiver(std::filesystem::path destination) : destination_(std::move(destination)) {}

  void append(std::string_view bytes) {
    if (!tar_ && !file_.is_open()) {
      greeting_ += bytes;
      if (!begin()) return;
      const std::string rest = std::exchange(greeting_, {});
      return append(rest);
    }
    if (tar_) return tar_->append(bytes);
    budget_.spend_bytes(bytes.size());
    if (const int error = write_all(file_.get(), bytes); error != 0) throw writing(error);
  }

  [[nodiscard]] bool complete() const { return tar_ ? tar_->complete() : file_.is_open(); }

 private:
  // Looks for the line after which it begins; leaves what follows it in `greeting_`.
  bool begin() {
    std::size_t line = 0;
    for (std::size_t end = 0; (end = greeting_.find('\n', line)) != std::string::npos; line = end + 1) {
      const std::string text = greeting_.substr(line, end - line);
      if (text != "ibtest folder" && text != "ibtest file") continue;
      greeting_.erase(0, end + 1);
      if (text == "ibtest folder") {
        tar_.emplace(destination_);
      } else {
        constexpr mode_t mode = 0644;
        file_ = FileDescriptor(::open(destination_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
        if (!file_.is_open()) throw writing(errno);
      }
      return true;
    }
    greeting_.erase(0, line);
    constexpr std::size_t longest_greeting = 64U << 10U;
    if (greeting_.size() > longest_greeting) greeting_.clear();
    return false;
  }

  [[nodiscard]] Fault writing(int error) const {
    return {ExitStatus::target_failed, system_error_text("writing " + destination_.string(), error)};
  }

  std::filesystem::path destination_;
  std::string greeting_;
  std::optional<TarReader> tar_;
  FileDescriptor file_;
  CopyBudget budget_;  ///< of a file; a folder's reader has one
};

/// For those who wait for its end: "run 1f0c... of ann@laptop".
std::string this_run(const TargetContext& context) {
  constexpr std::size_t longest_name = 256;
  std::array<char, longest_name> machine{};
  ::gethostname(machine.data(), machine.size() - 1);
  const passwd* const user = ::getpwuid(::geteuid());
  return fmt::format("run {} of {}@{}", context.run_id, user == nullptr ? "somebody" : user->pw_name, machine.data());
}

}  // namespace

std::string SshMachine::description() const {
  const SshSettings& settings = host_->settings();
  return fmt::format("host {} ({}@{}, port {}), {}", settings.host, settings.user, settings.host_name, settings.port,
                     host_->survey().machine);
}

std::unique_ptr<AgentConnection> SshMachine::connect_to_session(std::optional<std::uint64_t> last_event) {
  return std::make_unique<SessionConnection>(
      host_, *context_.loop,
      SessionPlace{agent_, std::string(sessions_folder) + context_.run_id, this_run(context_), boot_, last_event},
      progress_);
}

std::unique_ptr<AgentConnection> SshMachine::connect() {
  return connect_to_session({});
}

std::unique_ptr<AgentConnection> SshMachine::attach(const std::string& boot, std::uint64_t last_event) {
  boot_ = boot;
  return connect_to_session(last_event);
}

std::unique_ptr<AgentConnection> SshMachine::reboot(ProgressSink& progress) {
  try {
    reboot_host(*host_, boot_, *context_.loop, progress);
  } catch (const Fault&) {
    leave_host_to_others();
    throw;
  }
  boot_ = host_->survey().boot;
  // What lay in /tmp may be gone, and another folder the one that fits.
  despite_losses(*host_, *context_.loop, progress,
                 [&] { agent_ = upload_agent(*host_, context_.agent_executable, progress); });
  return connect();
}

// The agent has kept it for the time of the reboot.
void SshMachine::leave_host_to_others() const {
  if (!host_->is_connected()) return;  // then it does so for some minutes
  try {
    static_cast<void>(host_->run(SshHost::As::root, leave_script, {}));
  } catch (const Fault&) {  // NOLINT(bugprone-empty-catch): the fault of the reboot is the news
  }
}

void SshMachine::copy_out(const std::string& source, const std::filesystem::path& destination) {
  const std::string doing = fmt::format("copying {} from {}", source, host_->settings().host);
  if (source.find('\n') != std::string::npos)
    throw Fault(ExitStatus::target_failed, doing + ": a path with a line break");
  std::error_code error;
  if (destination.has_parent_path()) std::filesystem::create_directories(destination.parent_path(), error);
  despite_losses(*host_, *context_.loop, progress_, [&] {
    std::filesystem::remove_all(destination, error);
    CopyReceiver receiver(destination);
    SshRun run;
    run.input = source + "\n";
    run.on_output = [&receiver](std::string_view bytes) { receiver.append(bytes); };
    run.interrupts_needed = 2;
    SshResult result;
    try {
      result = host_->run(SshHost::As::root, read_script, run);
    } catch (const Fault& fault) {
      throw fault.while_doing(doing);
    }
    if (receiver.complete()) return;
    const auto words = essence_of(result.errors);
    throw Fault(ExitStatus::target_failed, doing + ": " + (words.empty() ? "it is not there" : words));
  });
}

std::unique_ptr<Snapshot> SshMachine::snapshot() {
  throw Fault(ExitStatus::not_runnable, "a host cannot be saved and started afresh",
              "Use --stages inline, or another target.");
}

std::string SshMachine::keep() {
  const SshSettings& settings = host_->settings();
  const auto& configuration = host_->options().configuration;
  return fmt::format("ssh {}-p {} {}@{}   (a host is kept anyway)",
                     configuration.empty() ? "" : "-F " + configuration.string() + " ", settings.port, settings.user,
                     settings.host);
}

}  // namespace ibtest
