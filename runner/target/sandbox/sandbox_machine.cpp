#include "runner/target/sandbox/sandbox_machine.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/sandbox_layout.hpp"
#include "runner/target/agent_refusal.hpp"
#include "runner/target/child_connection.hpp"
#include "runner/target/copy_path.hpp"

namespace ibtest {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

namespace {

constexpr auto start_limit = 60s;
constexpr const char* ended = "the sandbox has ended";

// Links in the machine's file system lead to places in it, not in ours.
FileDescriptor open_in(const FileDescriptor& root, const std::string& path) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT;
  return FileDescriptor(static_cast<int>(::syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
}

/// The folder of what was changed in the file system that `path` is in, and the path there.
std::pair<fs::path, std::string> changed_file(const fs::path& folder, const fs::path& path) {
  for (fs::path place = path; place != "/" && place.has_parent_path();) {
    place = place.parent_path();
    const fs::path layer = folder / sandbox_disk / layer_name(place) / sandbox_upper_layer;
    std::error_code ignored;
    if (fs::is_directory(layer, ignored)) return {layer, path.lexically_relative(place).string()};
  }
  return {folder, ""};
}

}  // namespace

SandboxMachine::SandboxMachine(const TargetContext& context, Plan plan)
    : context_(context),
      plan_(std::move(plan)),
      folder_(std::make_shared<SandboxFolder>(*context_.loop, context_.agent_executable)) {
  try {
    launch();
  } catch (...) {
    // Its files are removed when nothing uses them any more.
    init_ = SandboxInit::find(folder_->path());
    stop();
    throw;
  }
}

SandboxMachine::~SandboxMachine() {
  stop();
}

void SandboxMachine::launch() {
  std::vector<std::string> command{context_.agent_executable.string(), "sandbox", "--folder",
                                   folder_->path().string(),           "--root",  plan_.root.string()};
  for (const auto& snapshot : plan_.snapshots) {
    command.emplace_back("--snapshot");
    command.push_back(snapshot->path().string());
  }
  if (context_.without_network) command.emplace_back("--no-network");
  conversation_ = std::make_unique<LineConversation>(*context_.loop, command);
  const auto deadline = Clock::now() + start_limit;
  while (true) {
    if (context_.loop->interrupts() > 0) throw Interrupted{};
    if (Clock::now() >= deadline) {
      throw Fault(ExitStatus::target_failed, "starting a sandbox: its agent has not answered after 60 seconds");
    }
    auto received = conversation_->receive(deadline);
    if (received.ended) {
      const int status = conversation_->wait_for_exit(5s).value_or(1);
      throw agent_refusal("starting a sandbox", conversation_->error_output(), status);
    }
    if (!received.line) continue;
    first_line_ = std::move(received.line);
    init_ = SandboxInit::find(folder_->path());
    return;
  }
}

void SandboxMachine::stop() {
  if (init_) init_->end();
  init_.reset();
  conversation_.reset();
}

std::string SandboxMachine::description() const {
  return fmt::format("sandbox of {}, without systemd{}", plan_.title,
                     context_.without_network ? ", without network" : "");
}

std::unique_ptr<AgentConnection> SandboxMachine::connect() {
  return std::make_unique<ChildConnection>(std::move(conversation_), std::exchange(first_line_, std::nullopt),
                                           [init = init_]() -> std::optional<std::string> {
                                             if (init && init->is_running()) return std::nullopt;
                                             return ended;
                                           });
}

std::unique_ptr<AgentConnection> SandboxMachine::reboot(ProgressSink& /*progress*/) {
  stop();
  launch();
  return connect();
}

void SandboxMachine::copy_out(const std::string& source, const fs::path& destination) {
  const bool running = init_ && init_->is_running();
  const auto [folder, path] = running ? std::pair(fs::path(fmt::format("/proc/{}/root", init_->process())), source)
                                      : changed_file(folder_->path(), source);
  const FileDescriptor root(::open(folder.c_str(), O_PATH | O_CLOEXEC));
  const FileDescriptor file = root.is_open() && !path.empty() ? open_in(root, path) : FileDescriptor();
  if (!file.is_open()) {
    throw Fault(ExitStatus::target_failed, system_error_text("copying " + source + " out of the sandbox", errno));
  }
  copy_path(fmt::format("/proc/self/fd/{}", file.get()), destination, source);
}

std::unique_ptr<Snapshot> SandboxMachine::snapshot() {
  stop();
  SandboxLayers layers{folder_};
  layers.insert(layers.end(), plan_.snapshots.begin(), plan_.snapshots.end());
  return std::make_unique<SandboxSnapshot>(std::move(layers));
}

std::string SandboxMachine::keep() {
  if (!init_ || !init_->detach()) throw Fault(ExitStatus::target_failed, ended);
  for (const auto& snapshot : plan_.snapshots)
    snapshot->keep();
  folder_->keep();
  const std::string process = std::to_string(init_->process());
  init_.reset();
  std::string namespaces = "--all";
  // Joining a namespace that is this machine's own is not an ordinary user's right.
  if (::geteuid() != 0) {
    namespaces = "--user --preserve-credentials --mount --pid --uts --ipc";
    if (context_.without_network) namespaces += " --net";
  }
  std::error_code ignored;
  const bool bash = fs::exists(fmt::format("/proc/{}/root/bin/bash", process), ignored);
  return fmt::format("nsenter --target {} {} {}", process, namespaces, bash ? "bash" : "sh");
}

std::optional<std::string> SandboxMachine::post_mortem() {
  if (init_ && init_->is_running()) return std::nullopt;
  return ended;
}

}  // namespace ibtest
