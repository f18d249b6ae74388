#include "runner/target/machine_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runner/subprocess/side_channel.hpp"

namespace ibtest {

namespace {

void append(std::vector<std::string>& to, const std::vector<std::string>& words) {
  to.insert(to.end(), words.begin(), words.end());
}

/// Whether the machine has a network of its own: nobody has asked for another, or none.
bool has_own_network(const ContainerEngine& engine, const MachinePlan& plan) {
  if (!plan.network) return false;
  const auto options = engine.run_options();
  return std::ranges::none_of(options, [](const std::string& option) { return option.starts_with("--net"); });
}

/// EMU-17: steps do not reach the metadata service of the machine that the container is on.
void append_agent_options(std::vector<std::string>& arguments, const ContainerEngine& engine, const MachinePlan& plan) {
  if (has_own_network(engine, plan)) arguments.emplace_back("--block-metadata");
  if (!plan.exchange_folder.empty())
    append(arguments, {"--exchange-socket", fmt::format("{}/{}", exchange_mount, SideChannel::socket_name)});
}

/// What both kinds have in common.
std::vector<std::string> common_arguments(const ContainerEngine& engine, const MachinePlan& plan) {
  std::vector<std::string> arguments{"--name", plan.name, "--pull=never"};
  append(arguments, owner_labels(plan.run_id, plan.owner));
  // Root whatever the image's USER is (EMU-2), also in an image without /etc/passwd.
  append(arguments, {"--user", "0:0", "--workdir", "/"});
  append(arguments, {"--volume", plan.agent_volume + ":" + std::string(agent_folder) + ":ro"});
  if (!plan.exchange_folder.empty()) {
    // Unlike --volume this makes no folder where there is none: on the machine of an engine that is not ours.
    append(arguments, {"--mount", fmt::format("type=bind,source={},target={}", plan.exchange_folder, exchange_mount)});
  }
  if (engine.traits().no_healthcheck) arguments.emplace_back("--no-healthcheck");
  // For the agent, which gives it up before the first step (EMU-17).
  if (has_own_network(engine, plan)) append(arguments, {"--cap-add", "NET_ADMIN"});
  append(arguments, engine.run_options());
  if (!plan.network) append(arguments, {"--network", "none"});
  return arguments;
}

}  // namespace

std::vector<std::string> owner_labels(const std::string& run_id, const std::string& owner) {
  return {"--label", std::string(run_label) + "=" + run_id, "--label", std::string(owner_label) + "=" + owner};
}

std::vector<std::string> plain_machine_arguments(const ContainerEngine& engine, const MachinePlan& plan) {
  std::vector<std::string> arguments{"run", "--interactive"};
  append(arguments, common_arguments(engine, plan));
  // Everything the agent says comes through the connection; the engine need not keep it as well.
  append(arguments, {"--log-driver", "none"});
  if (!plan.tmpfs.empty()) append(arguments, {"--tmpfs", plan.tmpfs + ":exec"});
  append(arguments,
         {"--entrypoint", std::string(agent_program), plan.image, "init", std::string(agent_program), "serve"});
  append_agent_options(arguments, engine, plan);
  return arguments;
}

std::vector<std::string> booted_machine_arguments(const ContainerEngine& engine, const MachinePlan& plan) {
  // The terminal is where systemd writes what it does: `logs` shows it when the boot fails.
  std::vector<std::string> arguments{"run", "--detach", "--tty"};
  append(arguments, common_arguments(engine, plan));
  if (plan.systemd_mode) {
    arguments.emplace_back("--systemd=always");
  } else {
    // systemd mounts, and writes to its cgroups. One set for cgroup v1, hybrid and v2 hosts.
    append(arguments, {"--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt",
                       "apparmor=unconfined", "--security-opt", "label=disable", "--tmpfs", "/run", "--tmpfs",
                       "/run/lock", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw", "--cgroupns=host"});
  }
  if (!plan.tmpfs.empty()) append(arguments, {"--tmpfs", plan.tmpfs + ":exec"});
  append(arguments, {"--entrypoint", "/sbin/init", plan.image});
  return arguments;
}

std::vector<std::string> agent_arguments(const ContainerEngine& engine, const MachinePlan& plan) {
  std::vector<std::string> arguments{
      "exec", "--interactive", "--user", "0:0", "--workdir", "/", plan.name, std::string(agent_program), "serve"};
  append_agent_options(arguments, engine, plan);
  if (plan.systemd) append(arguments, {"--boot-marker", std::string(boot_marker)});
  return arguments;
}

}  // namespace ibtest
