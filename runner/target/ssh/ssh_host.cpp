#include "runner/target/ssh/ssh_host.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runner/ssh/host_key.hpp"
#include "runner/subprocess/line_splitter.hpp"
#include "runner/target/container/engine_error.hpp"

namespace ibtest {

namespace {

/// Names the system, and finds a folder that nobody else can have made or can change, on a file system that lets
/// programs be executed, and the agents in it. Field 22 of /proc/1/stat, of which the name of the process may have
/// blanks, is its start. Folders in /tmp that others have made are left alone. Whether sudo asks for a password is
/// tried with a command as later ones are. All in one: each script costs a way to the host and back.
constexpr std::string_view survey_script =
    R"sh(umask 077; u=$(id -u); )sh"
    R"sh(echo "ibtest system $(uname -s)"; echo "ibtest machine $(uname -m)"; echo "ibtest uid $u"; )sh"
    R"sh(s=$(cat /proc/1/stat 2>/dev/null); set -- ${s##*) }; )sh"
    R"sh(echo "ibtest boot $(cat /proc/sys/kernel/random/boot_id 2>/dev/null) ${20}"; )sh"
    R"sh(for t in gzip sudo; do if command -v $t >/dev/null 2>&1; then echo "ibtest has $t"; fi; done; )sh"
    R"sh(for d in "${HOME:-/nonexistent}/.cache/ibtest" "/var/tmp/ibtest-$u" "/tmp/ibtest-$u"; do w=; )sh"
    R"sh(mkdir -p "${d%/*}" 2>/dev/null; m=$(mkdir -m 700 "$d" 2>&1); )sh"
    R"sh(if [ -L "$d" ]; then w="it is a symbolic link"; )sh"
    R"sh(elif [ -d "$d" ]; then set -- $(ls -ldn "$d"); )sh"
    R"sh(case $1 in drwx--[-S]---*) if [ "$3" != "$u" ]; then w="it belongs to another user"; fi ;; )sh"
    R"sh(*) w="others may use it";; esac; else w=${m##*: }; fi; p=$d/.probe.$$; )sh"
    R"sh(if [ -z "$w" ]; then m=$( { printf "exit 0\n" >"$p" && chmod 700 "$p"; } 2>&1 ) || w=${m##*: }; fi; )sh"
    R"sh(if [ -z "$w" ]; then "$p" 2>/dev/null || w="programs in it may not be executed"; fi; )sh"
    R"sh(rm -f "$p" 2>/dev/null; )sh"
    R"sh(if [ -z "$w" ]; then echo "ibtest folder $d"; for a in "$d"/ibtest-agent-*; do )sh"
    R"sh(if [ -f "$a" ] && [ -x "$a" ]; then echo "ibtest agent ${a##*/ibtest-agent-}"; fi; done; break; fi; )sh"
    R"sh(echo "ibtest refused $d: $w"; done; )sh"
    R"sh(if [ "$u" != 0 ] && command -v sudo >/dev/null 2>&1; then )sh"
    R"sh(if m=$(sudo -n sh -c : 2>&1 </dev/null); then echo "ibtest sudo"; )sh"
    R"sh(else printf "%s\n" "$m" | while IFS= read -r l; do echo "ibtest unprivileged $l"; done; fi; fi)sh";

}  // namespace

std::vector<std::pair<std::string, std::string>> said_by_script(std::string_view output) {
  constexpr std::string_view mark = "ibtest ";
  std::vector<std::pair<std::string, std::string>> said;
  while (!output.empty()) {
    auto line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    if (!line.starts_with(mark)) continue;
    line.remove_prefix(mark.size());
    const auto word = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    said.emplace_back(word, line);
  }
  return said;
}

bool HostSurvey::has(std::string_view tool) const {
  return std::ranges::count(tools, tool) > 0;
}

SshHost::SshHost(SshAddress address, SshOptions options, ProcessLoop& loop)
    : address_(std::move(address)), options_(std::move(options)), loop_(loop) {}

void SshHost::connect(ProgressSink& progress, Clock::time_point deadline) {
  if (is_connected()) return;
  spare_.reset();
  session_.reset();
  settings_ = ssh_settings(loop_, address_, options_);
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
  settings_.connect_timeout = std::min(settings_.connect_timeout, std::max(left, std::chrono::seconds(1)));
  progress.activity("connecting to " + settings_.host);
  KnownHosts known = read_known_hosts(settings_);
  // Also where no file keeps the key that was accepted.
  if (!host_key_.empty()) known.add(host_key_, "the connection before");
  auto session =
      std::make_shared<SshSession>(loop_, settings_, options_.configuration, known_key_types(known, settings_));
  if (const std::string note = verify_host_key(*session, known, options_.accept_new_host_key); !note.empty())
    progress.finished(note);
  host_key_ = host_key_line(*session);
  log_in(*session, options_, secrets_, [&progress] { progress.finished({}); });
  session->keep_alive();
  session_ = std::move(session);
  try {
    look_around();
    become_root(progress);
  } catch (...) {
    disconnect();
    throw;
  }
}

void SshHost::disconnect() {
  if (session_) session_->hang_up();
  spare_.reset();
  session_.reset();
}

std::shared_ptr<SshSession> SshHost::session() const {
  if (!session_) throw Fault(ExitStatus::target_failed, "there is no connection to " + name());
  return session_;
}

SshHost::Command SshHost::command(As as, std::string_view script, std::string_view input) const {
  const std::string plain = fmt::format("sh -c '{}'", script);
  if (as == As::user || root_ == Root::self) return {plain, std::string(input)};
  if (root_ == Root::sudo) return {"sudo -n " + plain, std::string(input)};
  // sudo reads its line, and leaves the rest to the script.
  return {R"(sudo -k -S -p "" )" + plain, become_password_ + "\n" + std::string(input)};
}

SshResult SshHost::run(As as, std::string_view script, const SshRun& run) {
  const auto channel = start(as, script, {}, run.interrupts_needed);
  return finish(*channel, run);
}

SshResult SshHost::finish(SshChannel& channel, const SshRun& run) const {
  SshResult result = finish_command(channel, run);
  if (!result.broken.empty()) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("the connection to {} was lost: {}", settings_.host, result.broken));
  }
  return result;
}

std::unique_ptr<SshChannel> SshHost::start(As as, std::string_view script, std::string_view input,
                                           int interrupts_needed) {
  const Command made = command(as, script, input);
  auto channel = spare_ ? std::move(spare_) : open_channel(interrupts_needed);
  channel->execute(made.line);
  channel->write(made.input);
  return channel;
}

std::unique_ptr<SshChannel> SshHost::open_channel(int interrupts_needed) const {
  try {
    return std::make_unique<SshChannel>(session(), interrupts_needed);
  } catch (const Fault&) {
    // A host that allows one at a time may refuse it while it is still clearing away the one before.
    if (!is_connected()) throw;
    return std::make_unique<SshChannel>(session(), interrupts_needed);
  }
}

void SshHost::open_spare() {
  try {
    spare_ = std::make_unique<SshChannel>(session());
  } catch (const Fault&) {  // NOLINT(bugprone-empty-catch): a host may allow only one at a time
  }
}

void SshHost::look_around() {
  const auto channel = start(As::user, survey_script, {});
  open_spare();
  const SshResult result = finish(*channel, {});
  survey_ = {};
  for (auto& [word, rest] : said_by_script(result.output)) {
    if (word == "system") survey_.system = rest;
    if (word == "machine") survey_.machine = rest;
    if (word == "uid") survey_.is_root = rest == "0";
    if (word == "boot") survey_.boot = rest;
    if (word == "has") survey_.tools.push_back(rest);
    if (word == "folder") survey_.folder = rest;
    if (word == "agent") survey_.agents.push_back(rest);
    if (word == "refused") survey_.refused.push_back(rest);
    if (word == "sudo") survey_.sudo = true;
    if (word == "unprivileged") survey_.sudo_refusal += rest + "\n";
  }
  if (survey_.machine.empty()) {
    const std::string words = last_lines(result.output + "\n" + result.errors, 3);
    throw Fault(
        ExitStatus::target_failed,
        fmt::format("{} lets {} log in, but executes no commands{}{}", settings_.host, settings_.user,
                    words.empty() ? "" : "; it says: ", words),
        "ibtest needs a user who gets a shell there; images of EC2 have one for it, such as ec2-user or ubuntu.");
  }
  if (survey_.system != "Linux")
    throw Fault(ExitStatus::target_failed, fmt::format("{} runs {}, not Linux", settings_.host, survey_.system));
  if (survey_.folder.empty()) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("{} has no folder that the agent could be put into ({})", settings_.host,
                            fmt::join(survey_.refused, "; ")),
                "Make one of them fit: on a file system without noexec, with room, and with mode 0700.");
  }
}

void SshHost::become_root(ProgressSink& progress) {
  root_ = Root::self;
  if (survey_.is_root) return;
  const std::string who = fmt::format("{} on {}", settings_.user, settings_.host);
  if (!survey_.has("sudo")) {
    throw Fault(ExitStatus::target_failed, fmt::format("steps run as root, but {} has no sudo to become it", who),
                "Log in as root, or install sudo there.");
  }
  root_ = Root::sudo;
  if (survey_.sudo) return;
  root_ = Root::self;
  const std::string refusal = essence_of(survey_.sudo_refusal);
  if (!options_.become_password) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("steps run as root, but {} may not become it without a password ({})", who, refusal),
                "Give --become-password, log in as root, or allow it in sudoers with NOPASSWD.");
  }
  const bool first = become_password_.empty();
  if (first) {
    progress.finished({});
    become_password_ = secret_from(*options_.become_password, loop_, fmt::format("sudo password of {}: ", who));
  }
  root_ = Root::sudo_with_password;
  constexpr std::string_view nothing = ":";
  const SshResult with = run(As::root, nothing, {});
  if (with.exit_status == 0) return;
  if (first) become_password_.clear();
  throw Fault(ExitStatus::target_failed,
              fmt::format("{} may not become root with this password ({})", who, essence_of(with.errors)),
              "Is it the password of this user, and is the user in sudoers?");
}

}  // namespace ibtest
