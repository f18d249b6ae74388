#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/target/container/container_engine.hpp"

namespace ibtest {

inline constexpr std::string_view run_label = "ibtest.run";
inline constexpr std::string_view owner_label = "ibtest.owner";
inline constexpr std::string_view snapshot_label = "ibtest.snapshot";
inline constexpr std::string_view recipe_label = "ibtest.recipe";
inline constexpr std::string_view recipe_name_label = "ibtest.recipe.name";
inline constexpr std::string_view init_label = "ibtest.init";    ///< "systemd": the image is booted
inline constexpr std::string_view tmpfs_label = "ibtest.tmpfs";  ///< path that is a tmpfs in the machine
inline constexpr std::string_view agent_folder = "/.ibtest";
inline constexpr std::string_view agent_program = "/.ibtest/ibtest-agent";
inline constexpr std::string_view exchange_mount = "/.ibtest-exchange";
inline constexpr std::string_view boot_marker = "/run/ibtest-booted";
inline constexpr std::string_view container_prefix = "ibtest-";
inline constexpr std::string_view kept_prefix = "ibtest-kept-";
inline constexpr std::string_view agent_volume_prefix = "ibtest-agent-";

/// How a container is to be started.
struct MachinePlan {
  std::string name;   ///< of the container
  std::string image;  ///< reference the engine knows
  std::string title;  ///< the image for people: "debian-12"
  std::string run_id;
  std::string owner;
  std::string agent_volume;
  bool systemd = false;              ///< boots; otherwise the agent's own init is PID 1
  std::string tmpfs = {};            ///< path that is a tmpfs, or empty
  bool side_channel = false;         ///< the engine is on this machine, so a SideChannel may be tried
  std::string exchange_folder = {};  ///< of this machine, mounted for the SideChannel; or empty
  bool systemd_mode = false;         ///< --systemd=always instead of the flags
  bool network = true;               ///< the engine's usual one, or none
};

/// "--label ibtest.run=... --label ibtest.owner=..."
[[nodiscard]] std::vector<std::string> owner_labels(const std::string& run_id, const std::string& owner);

/// Arguments that start a plain image: attached, with the agent as command and connection in one.
[[nodiscard]] std::vector<std::string> plain_machine_arguments(const ContainerEngine& engine, const MachinePlan& plan);
/// Arguments that boot an image with systemd, detached.
[[nodiscard]] std::vector<std::string> booted_machine_arguments(const ContainerEngine& engine, const MachinePlan& plan);
/// Arguments that start an agent in a running container.
[[nodiscard]] std::vector<std::string> agent_arguments(const ContainerEngine& engine, const MachinePlan& plan);

}  // namespace ibtest
