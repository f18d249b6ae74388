#include "runner/target/container/agent_volume.hpp"

#include "runner/target/container/removed_container.hpp"
#include "runner/target/sha256.hpp"

namespace ibtest {

using namespace std::chrono_literals;

std::string agent_volume_name(const std::filesystem::path& agent_executable) {
  return std::string(agent_volume_prefix) + sha256_of_file(agent_executable).substr(0, 16);
}

void fill_agent_volume(const ContainerEngine& engine, const MachinePlan& plan,
                       const std::filesystem::path& agent_executable) {
  const std::string doing = "bringing the agent into the engine";
  const std::string name = plan.name + "-agent";
  std::vector<std::string> create{"create", "--name", name, "--pull=never"};
  for (auto& word : owner_labels(plan.run_id, plan.owner))
    create.push_back(word);
  for (auto& word : engine.run_options())
    create.push_back(word);
  for (const auto& word :
       {std::string("--user"), std::string("0:0"), std::string("--workdir"), std::string("/"), std::string("--network"),
        std::string("none"), std::string("--volume"), plan.agent_volume + ":" + std::string(agent_folder),
        std::string("--entrypoint"), std::string("/ibtest-agent"), plan.image, std::string("install"),
        std::string(agent_folder)}) {
    create.push_back(word);
  }
  const RemovedContainer container(engine, name);
  engine.must_run(doing, create, {.timeout = 60s});
  engine.must_run(doing, {"cp", std::filesystem::absolute(agent_executable).string(), name + ":/ibtest-agent"},
                  {.timeout = 120s});
  const auto result = engine.run({"start", "--attach", name}, {.timeout = 60s});
  if (result.exit_code != 0) throw engine.fault(doing, result, plan.image);
}

}  // namespace ibtest
