#include "runner/target/container/leftovers.hpp"

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runner/subprocess/run_owner.hpp"
#include "runner/subprocess/temporary_folder.hpp"
#include "runner/target/machine_plan.hpp"
#include "runner/target/sandbox/sandbox_folder.hpp"
#include "runner/target/sandbox/sandbox_root.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

using nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
  }
  return lines;
}

std::string label_of(const json& object, std::string_view key) {
  const json* labels = &object;
  for (const char* step : {"Config", "Labels"}) {
    if (!labels->is_object()) return {};
    const auto found = labels->find(step);
    if (found == labels->end()) return {};
    labels = &*found;
  }
  if (!labels->is_object()) return {};
  const auto found = labels->find(std::string(key));
  return found != labels->end() && found->is_string() ? found->get<std::string>() : "";
}

/// The inspected objects; those that have gone meanwhile are left out.
json inspect(const ContainerEngine& engine, const std::string& type, const std::vector<std::string>& ids) {
  std::vector<std::string> arguments{type, "inspect"};
  arguments.insert(arguments.end(), ids.begin(), ids.end());
  auto objects = json::parse(engine.run(arguments, ContainerEngine::clean_up()).standard_output, nullptr, false);
  return objects.is_array() ? objects : json::array();
}

bool owner_is_gone(const ContainerEngine& engine, const json& object, bool everything) {
  const auto owner = parse_owner(label_of(object, owner_label));
  if (!owner) return everything;
  switch (state_of(*owner)) {
    case OwnerState::alive:
      return false;
    case OwnerState::gone:
      return true;
    case OwnerState::other_boot:
      // A remote engine may be used by other machines, whose boots are others as well.
      return everything || engine.is_local();
    case OwnerState::unknown:
      return everything;
  }
  return false;
}

std::string name_of(const json& container) {
  auto name = container.value("Name", std::string());
  if (name.starts_with('/')) name.erase(0, 1);
  return name;
}

bool removed(const ContainerEngine& engine, const std::vector<std::string>& arguments) {
  return engine.run(arguments, ContainerEngine::clean_up()).exit_code == 0;
}

}  // namespace

std::vector<std::string> list_owned_containers() {
  return {"ps", "--all", "--quiet", "--no-trunc", "--filter", "label=" + std::string(owner_label)};
}

std::vector<std::string> list_snapshots() {
  return {"images", "--quiet", "--no-trunc", "--filter", "label=" + std::string(snapshot_label)};
}

std::vector<std::string> remove_gone(const ContainerEngine& engine, const std::string& container_ids,
                                     const std::string& image_ids, bool everything) {
  std::vector<std::string> report;
  if (const auto ids = lines_of(container_ids); !ids.empty()) {
    for (const auto& container : inspect(engine, "container", ids)) {
      const std::string name = name_of(container);
      const bool kept = name.starts_with(kept_prefix);
      if (kept ? !everything : !owner_is_gone(engine, container, everything)) continue;
      if (removed(engine, {"rm", "--force", "--volumes", container.value("Id", name)})) {
        report.push_back(fmt::format("{} container {}", engine.traits().program, name));
      }
    }
  }
  if (const auto ids = lines_of(image_ids); !ids.empty()) {
    for (const auto& image : inspect(engine, "image", ids)) {
      if (!owner_is_gone(engine, image, everything)) continue;
      const std::string id = image.value("Id", std::string());
      if (removed(engine, {"rmi", "--force", id})) {
        report.push_back(fmt::format("{} snapshot {}", engine.traits().program, label_of(image, run_label)));
      }
    }
  }
  return report;
}

std::vector<std::string> remove_caches(const ContainerEngine& engine) {
  std::vector<std::string> report;
  const auto listed = engine.run(
      {"images", "--filter", "label=" + std::string(recipe_name_label), "--format", "{{.Repository}}:{{.Tag}}"},
      ContainerEngine::clean_up());
  for (const auto& image : lines_of(listed.standard_output)) {
    if (image.find("ibtest/") == std::string::npos) continue;  // one that a user has built on top of ours
    if (removed(engine, {"rmi", image})) report.push_back(fmt::format("{} image {}", engine.traits().program, image));
  }
  static_cast<void>(engine.run({"image", "prune", "--force", "--filter", "label=" + std::string(recipe_name_label)},
                               ContainerEngine::clean_up()));
  const auto volumes = engine.run({"volume", "ls", "--quiet", "--filter", "name=" + std::string(agent_volume_prefix)},
                                  ContainerEngine::clean_up());
  for (const auto& volume : lines_of(volumes.standard_output)) {
    if (!volume.starts_with(agent_volume_prefix)) continue;
    // One that a running machine has mounted stays.
    if (removed(engine, {"volume", "rm", volume})) {
      report.push_back(fmt::format("{} volume {}", engine.traits().program, volume));
    }
  }
  return report;
}

LeftoverReport remove_leftovers(ProcessLoop& loop, const std::filesystem::path& agent, bool everything) {
  LeftoverReport report;
  for (const auto& traits : ContainerEngine::known()) {
    const ContainerEngine engine(traits, loop);
    if (!engine.installed()) continue;
    try {
      const auto containers = engine.run(list_owned_containers(), ContainerEngine::clean_up());
      if (containers.exit_code != 0) {
        report.silent_engines.emplace_back(traits.program);
        continue;
      }
      report.engine_answered = true;
      const auto images = engine.run(list_snapshots(), ContainerEngine::clean_up());
      for (auto& line : remove_gone(engine, containers.standard_output, images.standard_output, everything)) {
        report.removed.push_back(std::move(line));
      }
      if (!everything) continue;
      for (auto& line : remove_caches(engine))
        report.removed.push_back(std::move(line));
    } catch (const Fault&) {
      report.silent_engines.emplace_back(traits.program);
    }
  }
  for (auto& line : remove_gone_sandboxes(loop, agent, everything))
    report.removed.push_back(std::move(line));
  if (everything) {
    for (auto& line : remove_unpacked_roots(loop, agent))
      report.removed.push_back(std::move(line));
  }
  for (const auto& folder : remove_abandoned_folders())
    report.removed.push_back("folder " + folder.string());
  return report;
}

}  // namespace ibtest
