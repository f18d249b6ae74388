#include "runner/target/container/container_machine.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runner/subprocess/line_splitter.hpp"
#include "runner/target/child_connection.hpp"
#include "runner/target/container/agent_volume.hpp"
#include "runner/target/tar_reader.hpp"

namespace ibtest {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto boot_limit = 60s;
constexpr auto start_limit = 60s;
constexpr auto copy_limit = 10min;
constexpr auto commit_limit = 10min;
/// What the services get to end before a snapshot.
constexpr auto stop_seconds = "30";

/// Without the colours and cursor movements of a console.
std::string without_escapes(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      if (text[i] != '\r') result += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '[') {
      i += 2;
      while (i < text.size() && (text[i] < '@' || text[i] > '~'))
        ++i;
    }
  }
  return result;
}

}  // namespace

ContainerSnapshot::~ContainerSnapshot() {
  try {
    static_cast<void>(engine_.run({"rmi", "--force", image_}, ContainerEngine::clean_up()));
  } catch (...) {  // NOLINT(bugprone-empty-catch): the next run's sweep removes it
  }
}

ContainerMachine::ContainerMachine(const ContainerEngine& engine, MachinePlan plan,
                                   std::filesystem::path agent_executable)
    : engine_(engine),
      plan_(std::move(plan)),
      agent_executable_(std::move(agent_executable)),
      removal_(engine, plan_.name) {
  if (plan_.side_channel) {
    side_channel_ = std::make_shared<SideChannel>(engine_.loop());
    plan_.exchange_folder = side_channel_->folder().string();
  }
  launch();
}

ContainerMachine::~ContainerMachine() {
  settle();
  removal_.remove();
}

void ContainerMachine::launch() {
  if (plan_.systemd) {
    boot_ = engine_.loop().start(engine_.command(booted_machine_arguments(engine_, plan_)), {.timeout = start_limit});
  } else {
    converse(plain_machine_arguments(engine_, plan_));
  }
}

void ContainerMachine::converse(const std::vector<std::string>& arguments) {
  conversation_ = std::make_unique<LineConversation>(engine_.loop(), engine_.command(arguments));
  if (side_channel_) conversation_->use(side_channel_);
}

void ContainerMachine::relaunch_without_side_channel() {
  side_channel_.reset();
  plan_.exchange_folder.clear();
  static_cast<void>(engine_.run({"rm", "--force", "--volumes", plan_.name}, ContainerEngine::clean_up()));
  launch();
}

/// A call that creates a container must not be cut off in the middle: the engine might create it after we have removed
/// what was not there yet.
void ContainerMachine::settle() noexcept {
  if (ready_) return;
  try {
    const auto deadline = Clock::now() + 5s;
    while (conversation_ && !plan_.systemd && Clock::now() < deadline) {
      const auto received = conversation_->receive(deadline);
      if (received.line || received.ended) break;
    }
    while (boot_ && !boot_->finished() && Clock::now() < deadline)
      engine_.loop().wait_until(deadline);
  } catch (...) {  // NOLINT(bugprone-empty-catch): removal goes on regardless
  }
}

bool ContainerMachine::receive_first_line(Clock::time_point deadline) {
  while (true) {
    if (engine_.loop().interrupts() > 0) throw Interrupted{};
    if (Clock::now() >= deadline) {
      throw boot_fault(plan_.systemd ? "the machine has not booted after 60 seconds"
                                     : "the agent has not answered after 60 seconds");
    }
    auto received = conversation_->receive(deadline);
    if (received.ended) return false;
    if (!received.line) continue;
    if (received.line->starts_with('{')) {
      first_line_ = std::move(received.line);
      return true;
    }
    // Docker writes why it cannot start a program where the program's output would be.
    refusal_ += *received.line + "\n";
  }
}

Fault ContainerMachine::start_fault(const ChildResult& result) const {
  return engine_.fault("starting a container of " + plan_.title, result, plan_.image);
}

Fault ContainerMachine::boot_fault(const std::string& what) const {
  std::string message = "starting a container of " + plan_.title + ": " + what;
  const auto log = engine_.run({"logs", "--tail", "30", plan_.name}, ContainerEngine::clean_up());
  const auto lines = last_lines(without_escapes(log.standard_output + log.standard_error), 20);
  if (!lines.empty()) message += "; its last words were:\n" + lines;
  return {
      ExitStatus::target_failed, message,
      plan_.systemd ? "The engine must let systemd run in a container; see the options of `ibtest run --help`." : ""};
}

void ContainerMachine::ready(ProgressSink& progress) {
  if (boot_) {
    auto result = boot_->wait();
    boot_.reset();
    if (result.exit_code != 0 && side_channel_) {
      relaunch_without_side_channel();
      result = boot_->wait();
      boot_.reset();
    }
    if (result.exit_code != 0) throw start_fault(result);
  }
  wait_for_agent(progress);
  ready_ = true;
}

void ContainerMachine::wait_for_agent(ProgressSink& progress) {
  bool filled = false;
  while (true) {
    if (plan_.systemd) converse(agent_arguments(engine_, plan_));
    if (receive_first_line(Clock::now() + boot_limit)) return;
    const auto status = conversation_->wait_for_exit(5s);
    const ChildResult result{.exit_code = status.value_or(1),
                             .standard_error = std::exchange(refusal_, {}) + conversation_->error_output()};
    const bool missing = classify_engine_error(result.standard_error) == EngineError::agent_missing;
    if ((!missing || filled) && side_channel_ && !plan_.systemd) {
      relaunch_without_side_channel();
      continue;
    }
    if (!missing || filled) {
      if (plan_.systemd && classify_engine_error(result.standard_error) == EngineError::other) {
        throw boot_fault("the machine ended while it booted (" + essence_of(result.standard_error) + ")");
      }
      throw start_fault(result);
    }
    progress.activity("bringing the agent into the engine (once)");
    fill_agent_volume(engine_, plan_, agent_executable_);
    progress.finished("the agent is in the engine");
    filled = true;
    if (!plan_.systemd) {
      static_cast<void>(engine_.run({"rm", "--force", "--volumes", plan_.name}, ContainerEngine::clean_up()));
      launch();
    }
  }
}

std::string ContainerMachine::description() const {
  return fmt::format("container {} of {}, {}", plan_.name, plan_.title,
                     plan_.systemd ? "booted by systemd" : "without systemd");
}

std::unique_ptr<AgentConnection> ContainerMachine::connect() {
  if (!conversation_) converse(agent_arguments(engine_, plan_));
  return std::make_unique<ChildConnection>(
      std::move(conversation_), std::exchange(first_line_, std::nullopt),
      [engine = engine_, name = plan_.name] { return examine_container(engine, name); });
}

std::unique_ptr<AgentConnection> ContainerMachine::reboot(ProgressSink& /*progress*/) {
  const std::string doing = "rebooting the container";
  if (plan_.systemd) {
    // The services end as they would before a reboot of an instance.
    engine_.must_run(doing, {"restart", "--time", stop_seconds, plan_.name}, {.timeout = 60s});
    converse(agent_arguments(engine_, plan_));
  } else {
    engine_.must_run(doing, {"stop", "--time", "0", plan_.name}, {.timeout = 60s});
    converse({"start", "--attach", "--interactive", plan_.name});
  }
  if (!receive_first_line(Clock::now() + boot_limit)) {
    throw boot_fault("the machine has not come up again (" + essence_of(refusal_ + conversation_->error_output()) +
                     ")");
  }
  return connect();
}

std::vector<std::string> ContainerMachine::emptied_on_reboot() const {
  // Where systemd boots /run is a tmpfs.
  return plan_.systemd ? std::vector<std::string>() : std::vector<std::string>{"/run"};
}

void ContainerMachine::copy_out(const std::string& source, const std::filesystem::path& destination) {
  const std::string doing = "copying " + source + " out of the container";
  std::error_code error;
  if (destination.has_parent_path()) std::filesystem::create_directories(destination.parent_path(), error);
  if (error) {
    throw Fault(ExitStatus::not_runnable,
                system_error_text("cannot create " + destination.parent_path().string(), error.value()));
  }
  if (engine_.traits().copies_to_output) {
    TarReader reader(destination, TarReader::Root::is_entry);
    ChildResult result;
    try {
      result = engine_.run({"cp", plan_.name + ":" + source, "-"},
                           {.on_output = [&reader](std::string_view bytes) { reader.append(bytes); },
                            .timeout = copy_limit,
                            .interrupts_needed = 2});
    } catch (const Fault& fault) {
      throw fault.while_doing(doing);
    }
    if (result.exit_code != 0) throw engine_.fault(doing, result);
    if (!reader.complete()) throw Fault(ExitStatus::target_failed, doing + ": it has come in part only");
    return;
  }
  // An existing folder would get the source as a child.
  const bool exists = std::filesystem::is_directory(destination);
  // A relative path with a colon in it would name a container.
  const auto place = std::filesystem::absolute(destination);
  const auto result = engine_.run({"cp", plan_.name + ":" + source + (exists ? "/." : ""), place.string()},
                                  {.timeout = copy_limit, .interrupts_needed = 2});
  if (result.exit_code != 0) throw engine_.fault(doing, result);
}

std::unique_ptr<Snapshot> ContainerMachine::snapshot() {
  const std::string doing = "saving the container";
  const auto label = [](std::string_view key, const std::string& value) {
    return fmt::format("LABEL {}={}", key, value);
  };
  if (plan_.systemd) {
    // The services write what they hold, as they do before an image is made of an instance.
    engine_.must_run(doing, {"stop", "--time", stop_seconds, plan_.name}, {.timeout = 60s});
  }
  const std::string image = plan_.name + "-snapshot:latest";
  auto saved = std::make_unique<ContainerSnapshot>(engine_, image);
  engine_.must_run(doing,
                   {"commit", "--change", label(run_label, plan_.run_id), "--change", label(owner_label, plan_.owner),
                    "--change", label(snapshot_label, "1"), plan_.name, image},
                   {.timeout = commit_limit});
  return saved;
}

std::string ContainerMachine::keep() {
  const std::string kept = std::string(kept_prefix) + plan_.name.substr(container_prefix.size());
  engine_.must_run("keeping the container", {"rename", plan_.name, kept}, ContainerEngine::clean_up());
  removal_.release();
  plan_.name = kept;
  if (examine_container(engine_, kept)) {
    // It has ended; started again it can be entered. What ran in it is gone, its files are there.
    static_cast<void>(engine_.run({"start", kept}, ContainerEngine::clean_up()));
  }
  std::string prefix;
  for (const auto& word : engine_.command({}))
    prefix += word + " ";
  for (const char* const shell : {"bash", "sh"}) {
    const auto tried = engine_.run({"exec", kept, shell, "-c", ":"}, ContainerEngine::clean_up());
    if (tried.exit_code == 0) return fmt::format("{}exec -it {} {}", prefix, kept, shell);
  }
  return prefix + "cp " + kept + ":/ FOLDER   (the image has no shell to enter it with)";
}

std::optional<std::string> ContainerMachine::post_mortem() {
  return examine_container(engine_, plan_.name);
}

std::optional<std::string> examine_container(const ContainerEngine& engine, const std::string& name) {
  try {
    const auto result = engine.run({"inspect", "--type", "container", "--format", "{{json .State}}", name},
                                   ContainerEngine::clean_up(10s));
    if (result.exit_code != 0) {
      const auto kind = classify_engine_error(result.standard_error);
      if (kind == EngineError::no_such_container) return "the container was removed";
      if (result.timed_out || kind == EngineError::engine_unreachable) {
        return std::string(engine.traits().title) + " does not answer any more";
      }
      return "the container cannot be examined: " + essence_of(result.standard_error);
    }
    const auto state = nlohmann::json::parse(result.standard_output, nullptr, false);
    if (!state.is_object() || state.value("Running", false)) return std::nullopt;
    if (state.value("OOMKilled", false)) return "the container ran out of memory and was killed";
    return fmt::format("the container was stopped (exit status {})", state.value("ExitCode", 0));
  } catch (const Fault& fault) {
    return fault.message();
  }
}

}  // namespace ibtest
