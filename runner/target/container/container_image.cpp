#include "runner/target/container/container_image.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "runner/subprocess/line_splitter.hpp"
#include "runner/subprocess/temporary_folder.hpp"
#include "runner/target/container/build_lock.hpp"
#include "runner/target/container/debian_base.hpp"
#include "runner/target/machine_plan.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

constexpr auto build_limit = 30min;

void write_recipe(const ContainerRecipe& recipe, const std::filesystem::path& folder) {
  for (const auto& file : recipe.files) {
    std::ofstream output(folder / file.name, std::ios::binary);
    output << file.content;
    output.close();
    if (!output) {
      throw Fault(ExitStatus::target_failed, "cannot write " + (folder / file.name).string(),
                  "Make room there, or let TMPDIR name another folder.");
    }
  }
}

/// The base image of a recipe, pulled, or built where no registry can be reached and it can be built.
std::string provide_base(const ContainerEngine& engine, const ContainerRecipe& recipe, ProgressSink& progress) {
  std::string base = recipe_base(recipe);
  if (image_exists(engine, base)) return base;
  try {
    pull_image(engine, base, progress);
    return base;
  } catch (const Fault& fault) {
    if (recipe.name == debian_base_recipe) return provide_debian_base(engine, progress);
    throw Fault(fault.status(), fault.message(),
                fault.remedy() + fmt::format(" Of the short names, only {} can do without a registry: it is then built "
                                             "from the distribution's packages.",
                                             debian_base_recipe));
  }
}

void remove_earlier_versions(const ContainerEngine& engine, const ContainerRecipe& recipe) {
  const auto listed = engine.run({"images", "--filter", fmt::format("label={}={}", recipe_name_label, recipe.name),
                                  "--format", "{{.Repository}}:{{.Tag}}"},
                                 ContainerEngine::clean_up());
  std::istringstream lines(listed.standard_output);
  const std::string repository = "ibtest/" + std::string(recipe.name) + ":";
  for (std::string line; std::getline(lines, line);) {
    const bool of_this_recipe = line.find(repository) != std::string::npos;
    if (!of_this_recipe || line.ends_with(recipe_tag(recipe))) continue;
    // One that a container still uses stays, and goes with the next change or `clean --all`.
    static_cast<void>(engine.run({"rmi", line}, ContainerEngine::clean_up()));
  }
}

/// What a failed build leaves.
void remove_unfinished(const ContainerEngine& engine, const ContainerRecipe& recipe) {
  static_cast<void>(
      engine.run({"image", "prune", "--force", "--filter", fmt::format("label={}={}", recipe_name_label, recipe.name)},
                 ContainerEngine::clean_up()));
}

}  // namespace

std::string local_reference(const ContainerEngine& engine, const std::string& name) {
  return std::string(engine.traits().local_prefix) + name;
}

bool image_exists(const ContainerEngine& engine, const std::string& reference) {
  const auto result = engine.run({"image", "inspect", "--format", "{{.Id}}", reference});
  if (result.exit_code == 0) return true;
  if (classify_engine_error(result.standard_error) == EngineError::image_missing) return false;
  throw engine.fault("looking for the image " + reference, result, reference);
}

void pull_image(const ContainerEngine& engine, const std::string& reference, ProgressSink& progress) {
  progress.activity("pulling the image " + reference);
  const auto result = engine.run(
      {"pull", reference}, {.on_line = [&](std::string_view line) { progress.detail(line); }, .timeout = build_limit});
  if (result.exit_code != 0) throw engine.fault("pulling the image " + reference, result, reference);
  progress.finished("pulled the image " + reference);
}

void build_recipe_image(const ContainerEngine& engine, const ContainerRecipe& recipe, ProgressSink& progress) {
  const std::string tag = local_reference(engine, recipe_tag(recipe));
  const BuildLock lock(engine.loop(), fmt::format("{}-{}", engine.traits().program, recipe.name), progress);
  if (image_exists(engine, tag)) return;
  const std::string base = provide_base(engine, recipe, progress);
  progress.activity(fmt::format("building the image {} (once)", recipe.name));
  const TemporaryFolder folder("recipe");
  write_recipe(recipe, folder.path());
  std::string output;
  const auto result =
      engine.run({"build", "--force-rm", "--build-arg", "BASE=" + base, "--label",
                  fmt::format("{}={}", recipe_label, recipe_hash(recipe)), "--tag", tag, folder.path().string()},
                 {.on_line =
                      [&](std::string_view line) {
                        progress.detail(line);
                        append_tail(output, std::string(line) + "\n", 16U << 10U);
                      },
                  .timeout = build_limit});
  if (result.exit_code != 0) {
    remove_unfinished(engine, recipe);
    if (classify_engine_error(result.standard_error) == EngineError::engine_unreachable) {
      throw engine.fault("building the image " + std::string(recipe.name), result);
    }
    throw Fault(ExitStatus::target_failed,
                fmt::format("building the image {} failed:\n{}", recipe.name, last_lines(output, 15)),
                "Containers being built need to reach the distribution's package servers.");
  }
  remove_earlier_versions(engine, recipe);
  progress.finished(fmt::format("built the image {}", recipe.name));
}

}  // namespace ibtest
