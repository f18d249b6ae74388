#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "runner/target/container/container_recipe.hpp"
#include "runner/target/container/container_target.hpp"
#include "runner/target/local/local_target.hpp"
#include "runner/target/sandbox/sandbox_target.hpp"
#include "runner/target/ssh/ssh_target.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

namespace {

std::string known_kinds() {
  std::string kinds;
  for (const auto& traits : ContainerEngine::known())
    kinds += std::string(traits.program) + ":IMAGE, ";
  return kinds + "ssh:[USER@]HOST[:PORT], sandbox, sandbox:FOLDER, sandbox:ARCHIVE, local";
}

Fault unknown_target(const std::string& what) {
  return {
      ExitStatus::not_runnable, what,
      fmt::format("Targets are {}. IMAGE is a short name ({}) or an image reference.", known_kinds(), recipe_names())};
}

// A misspelt kind, or a short name without its kind.
Fault unknown_kind(std::string_view spec, std::string_view kind) {
  if (find_recipe(spec) != nullptr)
    return unknown_target(fmt::format("the target {} lacks its kind (did you mean docker:{}?)", spec, spec));
  std::vector<std::string_view> kinds{"ssh", "sandbox", "local"};
  for (const auto& traits : ContainerEngine::known())
    kinds.push_back(traits.program);
  const auto nearest = nearest_name(kind, kinds);
  const std::string suggestion =
      nearest ? fmt::format("; did you mean `{}{}`?", *nearest, spec.substr(kind.size())) : "";
  return unknown_target(fmt::format("there is no target of the kind \"{}\"{}", kind, suggestion));
}

}  // namespace

std::unique_ptr<AgentConnection> Machine::attach(const std::string& /*boot*/, std::uint64_t /*last_event*/) {
  throw Fault(ExitStatus::not_runnable, description() + " does not outlive the ibtest that started it");
}

std::unique_ptr<Target> make_target(std::string_view spec, const TargetContext& context) {
  if (spec == "local") return std::make_unique<LocalTarget>(context);
  const auto colon = spec.find(':');
  if (spec.substr(0, colon) == "sandbox") {
    if (colon != std::string_view::npos && colon + 1 == spec.size()) {
      throw unknown_target("the target \"sandbox:\" names no folder or archive");
    }
    return std::make_unique<SandboxTarget>(colon == std::string_view::npos ? "" : spec.substr(colon + 1), context);
  }
  const auto kind = spec.substr(0, colon);
  if (kind == "ssh") {
    const auto address = colon == std::string_view::npos ? std::string_view() : spec.substr(colon + 1);
    return std::make_unique<SshTarget>(std::string(spec), parse_ssh_address(address), context);
  }
  const auto* traits = ContainerEngine::find(kind);
  if (traits == nullptr) throw unknown_kind(spec, kind);
  const auto image = colon == std::string_view::npos ? std::string_view() : spec.substr(colon + 1);
  // A leading dash would be taken for an option by the engine's program.
  if (image.empty() || image.starts_with('-') || image.find_first_of(" \t\n") != std::string_view::npos) {
    throw unknown_target(fmt::format("the target \"{}\" names no image", spec));
  }
  return std::make_unique<ContainerTarget>(ContainerEngine(*traits, *context.loop), std::string(image), context);
}

DefaultTarget default_target(ProcessLoop& loop) {
  for (const auto& traits : ContainerEngine::known()) {
    if (ContainerEngine(traits, loop).answers()) {
      return {std::string(traits.program) + ":al2023", "the default; --target chooses another"};
    }
  }
  return {"sandbox", "no container engine answers; --target chooses another"};
}

}  // namespace ibtest
