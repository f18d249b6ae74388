#include "runner/target/container/container_engine.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runner/subprocess/find_program.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

std::string environment(std::string_view name) {
  if (name.empty()) return {};
  const char* value = std::getenv(std::string(name).c_str());
  return value != nullptr ? value : "";
}

std::vector<std::string> split_at_blanks(const std::string& text) {
  std::istringstream words(text);
  std::vector<std::string> result;
  for (std::string word; words >> word;)
    result.push_back(word);
  return result;
}

/// The context `docker context use` has chosen; empty for the default one.
std::string configured_context() {
  std::string folder = environment("DOCKER_CONFIG");
  if (folder.empty()) folder = environment("HOME") + "/.docker";
  std::ifstream file(std::filesystem::path(folder) / "config.json");
  const auto config = nlohmann::json::parse(file, nullptr, false);
  if (!config.is_object()) return {};
  const auto found = config.find("currentContext");
  return found != config.end() && found->is_string() && *found != "default" ? found->get<std::string>() : "";
}

/// " (DOCKER_HOST is tcp://...)", for messages.
std::string where_it_was_looked_for(const EngineTraits& traits) {
  if (traits.program == "podman") {
    const auto host = environment("CONTAINER_HOST");
    return host.empty() ? "" : " (CONTAINER_HOST is " + host + ")";
  }
  if (const auto host = environment("DOCKER_HOST"); !host.empty()) return " (DOCKER_HOST is " + host + ")";
  if (const auto context = environment("DOCKER_CONTEXT"); !context.empty()) {
    return " (DOCKER_CONTEXT is " + context + ")";
  }
  if (const auto context = configured_context(); !context.empty()) return " (the docker context is " + context + ")";
  return "";
}

}  // namespace

const std::vector<EngineTraits>& ContainerEngine::known() {
  static const std::vector<EngineTraits> engines{
      {.program = "docker",
       .title = "Docker",
       .install_remedy = "Install Docker (https://docs.docker.com/engine/install/, or the package docker.io), or use "
                         "--target podman:IMAGE.",
       .start_remedy = "Start it with `sudo systemctl start docker`, or let DOCKER_HOST or `docker context use` name "
                       "an engine that runs.",
       .options_variable = "IBTEST_DOCKER_OPTIONS",
       .run_options_variable = "IBTEST_DOCKER_RUN_OPTIONS",
       .local_prefix = ""},
      {.program = "podman",
       .title = "Podman",
       .install_remedy = "Install the package podman, or use --target docker:IMAGE.",
       .start_remedy = "Try `podman info`; on macOS, `podman machine start`.",
       .options_variable = "IBTEST_PODMAN_OPTIONS",
       .run_options_variable = "IBTEST_PODMAN_RUN_OPTIONS",
       .local_prefix = "localhost/",
       .systemd_mode = true},
      {.program = "finch",
       .title = "Finch",
       .install_remedy = "Install Finch (https://runfinch.com), or use --target docker:IMAGE.",
       .start_remedy = "Start it with `finch vm start`.",
       .options_variable = "IBTEST_FINCH_OPTIONS",
       .run_options_variable = "IBTEST_FINCH_RUN_OPTIONS",
       .local_prefix = "",
       .no_healthcheck = false,
       .copies_to_output = false},
  };
  return engines;
}

const EngineTraits* ContainerEngine::find(std::string_view program) {
  for (const auto& traits : known()) {
    if (traits.program == program) return &traits;
  }
  return nullptr;
}

bool ContainerEngine::installed() const {
  return find_program(std::string(traits_->program)).has_value();
}

bool ContainerEngine::is_local() const {
  if (traits_->program == "podman") {
    const auto host = environment("CONTAINER_HOST");
    return host.empty() || host.starts_with("unix:");
  }
  const auto host = environment("DOCKER_HOST");
  if (!host.empty()) return host.starts_with("unix:");
  const auto context = environment("DOCKER_CONTEXT");
  return (context.empty() || context == "default") && configured_context().empty();
}

bool ContainerEngine::answers() const {
  try {
    return installed() && run({"version", "--format", "{{.Client.Version}}"}).exit_code == 0;
  } catch (const Fault&) {
    return false;
  }
}

std::vector<std::string> ContainerEngine::command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> line{std::string(traits_->program)};
  for (auto& word : split_at_blanks(environment(traits_->options_variable)))
    line.push_back(std::move(word));
  line.insert(line.end(), arguments.begin(), arguments.end());
  return line;
}

std::vector<std::string> ContainerEngine::run_options() const {
  return split_at_blanks(environment(traits_->run_options_variable));
}

ChildResult ContainerEngine::run(const std::vector<std::string>& arguments,
                                 const ProcessLoop::RunOptions& options) const {
  return loop_->run(command(arguments), options);
}

ChildResult ContainerEngine::must_run(const std::string& doing, const std::vector<std::string>& arguments,
                                      const ProcessLoop::RunOptions& options) const {
  auto result = run(arguments, options);
  if (result.exit_code != 0) throw fault(doing, result);
  return result;
}

ProcessLoop::RunOptions ContainerEngine::quick() {
  return {.timeout = 10s};
}

ProcessLoop::RunOptions ContainerEngine::clean_up(std::chrono::milliseconds timeout) {
  return {.timeout = timeout, .interruptible = false};
}

void ContainerEngine::require_installed() const {
  if (installed()) return;
  throw Fault(ExitStatus::target_failed, fmt::format("the program {} is not installed", traits_->program),
              std::string(traits_->install_remedy));
}

Fault ContainerEngine::fault(const std::string& doing, const ChildResult& result, const std::string& image) const {
  if (result.timed_out) {
    return {ExitStatus::target_failed,
            fmt::format("{}: {} does not answer in time{}", doing, traits_->title, where_it_was_looked_for(*traits_)),
            std::string(traits_->start_remedy)};
  }
  const std::string& output = result.standard_error.empty() ? result.standard_output : result.standard_error;
  return fault(doing, output, image);
}

Fault ContainerEngine::fault(const std::string& doing, std::string_view error_output, const std::string& image) const {
  const auto cause = essence_of(error_output);
  const auto make = [&](const std::string& what, const std::string& remedy) {
    return Fault(ExitStatus::target_failed, doing + ": " + what, remedy);
  };
  const std::string program(traits_->program);
  switch (classify_engine_error(error_output)) {
    case EngineError::engine_unreachable:
      return Fault(ExitStatus::target_failed,
                   fmt::format("{} does not answer{}: {}", traits_->title, where_it_was_looked_for(*traits_), cause),
                   std::string(traits_->start_remedy));
    case EngineError::socket_forbidden:
      return Fault(ExitStatus::target_failed,
                   fmt::format("you may not use {}{}: {}", traits_->title, where_it_was_looked_for(*traits_), cause),
                   "Become a member of its group (`sudo usermod -aG docker $USER`, then log in again), run ibtest with "
                   "sudo, or use --target podman:IMAGE, which needs no rights.");
    case EngineError::registry_unreachable:
      return make("its registry cannot be reached: " + cause,
                  "Check the network and proxy settings of the engine, or use an image that is there already (" +
                      program + " images).");
    case EngineError::registry_refused:
      return make("the registry refuses it: " + cause, "Log in with `" + program + " login REGISTRY`.");
    case EngineError::registry_limit:
      return make(
          "the registry allows no more pulls for now: " + cause,
          "Log in with `" + program + " login`, wait, or use a mirror such as public.ecr.aws/docker/library/NAME.");
    case EngineError::image_unknown:
      return make("the registry has no such image, or does not show it to you: " + cause,
                  "Check the spelling and the tag; for a private image log in with `" + program + " login REGISTRY`.");
    case EngineError::platform_missing:
      return make("the registry has the image, but not for this machine's architecture: " + cause,
                  "Use an image for this architecture, or let DOCKER_HOST name an engine of the other one.");
    case EngineError::wrong_architecture:
      return make("the image's architecture is not that of this engine: " + cause,
                  "Use an image for this architecture, or remove the one that is there (" + program + " rmi " + image +
                      ") and have it pulled again.");
    case EngineError::bad_reference:
      return Fault(
          ExitStatus::not_runnable, fmt::format("{}: this is no image reference: {}", doing, cause),
          "An image reference reads [REGISTRY/]NAME[:TAG], in lower case, like public.ecr.aws/nginx/nginx:1.27.");
    case EngineError::disk_full:
      return make("the engine's disk is full: " + cause, "Make room, for example with `" + program + " system prune`.");
    case EngineError::image_missing:
      return make("the image is not there: " + cause, "");
    case EngineError::no_such_container:
      return make("the container was removed", "");
    case EngineError::agent_missing:
    case EngineError::other:
      break;
  }
  return make(cause.empty() ? program + " failed without saying why" : cause, "");
}

}  // namespace ibtest
