#include "runner/target/container/container_target.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runner/subprocess/run_owner.hpp"
#include "runner/target/container/agent_volume.hpp"
#include "runner/target/container/container_image.hpp"

namespace ibtest {

namespace {

/// What engines call the architecture that this program, and the agent beside it, is built for.
constexpr std::string_view own_architecture =
#if defined(__x86_64__)
    "amd64";
#elif defined(__aarch64__)
    "arm64";
#else
    "";
#endif

std::string label_of(const nlohmann::json& image, std::string_view key) {
  const auto config = image.find("Config");
  if (config == image.end() || !config->is_object()) return {};
  const auto labels = config->find("Labels");
  if (labels == config->end() || !labels->is_object()) return {};
  const auto found = labels->find(std::string(key));
  return found != labels->end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

ContainerTarget::ContainerTarget(const ContainerEngine& engine, std::string image, const TargetContext& context)
    : engine_(engine),
      image_(std::move(image)),
      recipe_(find_recipe(image_)),
      reference_(recipe_ != nullptr ? local_reference(engine_, recipe_tag(*recipe_)) : image_),
      context_(context),
      systemd_(recipe_ != nullptr),
      tmpfs_(recipe_ != nullptr ? recipe_tmpfs(*recipe_) : "") {}

ContainerTarget::~ContainerTarget() {
  early_.reset();
  if (sweep_) sweep_->finish();
}

std::string ContainerTarget::name() const {
  return std::string(engine_.traits().program) + ":" + image_;
}

void ContainerTarget::prepare(ProgressSink& progress) {
  engine_.require_installed();
  const auto inspecting =
      engine_.loop().start(engine_.command({"image", "inspect", "--format", "{{json .}}", reference_}),
                           {.timeout = ContainerEngine::quick().timeout});
  if (engine_.traits().systemd_mode && systemd_ && !systemd_mode_) {
    // Podman has a mode of its own for systemd, which needs cgroup v2.
    systemd_mode_ = engine_.run({"info", "--format", "{{.Host.CgroupsVersion}}"}).standard_output.starts_with("v2");
  }
  agent_volume_ = agent_volume_name(context_.agent_executable);
  early_ = launch(reference_);
  sweep_ = std::make_unique<LeftoverSweep>(engine_);

  const bool assumed_systemd = systemd_;
  const auto inspected = inspecting->wait();
  if (accept(inspected)) {
    // An image with the label of a recipe, built on top of one, is booted as well.
    if (systemd_ != assumed_systemd) early_ = nullptr;
    return;
  }
  early_->never_started();
  early_ = nullptr;
  provide_image(progress);
}

bool ContainerTarget::accept(const ChildResult& inspected) {
  if (inspected.exit_code != 0) {
    if (!inspected.timed_out && classify_engine_error(inspected.standard_error) == EngineError::image_missing) {
      return false;
    }
    if (early_) early_->never_started();
    throw engine_.fault("looking for the image " + image_, inspected, reference_);
  }
  auto image = nlohmann::json::parse(inspected.standard_output, nullptr, false);
  if (image.is_array() && !image.empty()) image = image.front();
  if (!image.is_object()) return true;
  const auto architecture = image.value("Architecture", std::string());
  if (!architecture.empty() && !own_architecture.empty() && architecture != own_architecture) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("the image {} is for the architecture {}, and this ibtest brings an agent for {}", image_,
                            architecture, own_architecture),
                fmt::format("Use an image for {0}: `{1} pull --platform linux/{0} {2}`.", own_architecture,
                            engine_.traits().program, image_));
  }
  const auto system = image.value("Os", std::string());
  if (!system.empty() && system != "linux") {
    throw Fault(ExitStatus::target_failed, fmt::format("the image {} is for {}, not for Linux", image_, system));
  }
  systemd_ = label_of(image, init_label) == "systemd";
  tmpfs_ = label_of(image, tmpfs_label);
  return true;
}

void ContainerTarget::provide_image(ProgressSink& progress) {
  if (recipe_ != nullptr) {
    build_recipe_image(engine_, *recipe_, progress);
    return;
  }
  const auto* similar = similar_recipe(image_);
  try {
    pull_image(engine_, reference_, progress);
  } catch (const Fault& fault) {
    if (similar == nullptr) throw;
    throw Fault(ExitStatus::not_runnable,
                fmt::format("there is no image {} (did you mean {}:{}?); {}", image_, engine_.traits().program,
                            similar->name, fault.message()),
                "The short names are " + recipe_names() + "; any other value is an image reference.");
  }
  const auto inspected = engine_.run({"image", "inspect", "--format", "{{json .}}", reference_});
  if (!accept(inspected)) throw engine_.fault("looking for the image " + image_, inspected, reference_);
}

std::unique_ptr<ContainerMachine> ContainerTarget::launch(const std::string& image) {
  MachinePlan plan{.name = fmt::format("{}{}-{}", container_prefix, context_.run_id, ++machines_),
                   .image = image,
                   .title = image_,
                   .run_id = context_.run_id,
                   .owner = format_owner(current_owner()),
                   .agent_volume = agent_volume_,
                   .systemd = systemd_,
                   .tmpfs = tmpfs_,
                   // A kept container outlives the folder, and could not be started again without it.
                   .side_channel = engine_.is_local() && !context_.may_be_kept,
                   .systemd_mode = systemd_mode_.value_or(false),
                   .network = !context_.without_network};
  return std::make_unique<ContainerMachine>(engine_, std::move(plan), context_.agent_executable);
}

std::unique_ptr<Machine> ContainerTarget::start(const Snapshot* from, ProgressSink& progress) {
  std::unique_ptr<ContainerMachine> machine;
  if (const auto* snapshot = dynamic_cast<const ContainerSnapshot*>(from); snapshot != nullptr) {
    machine = launch(snapshot->image());
  } else {
    machine = early_ ? std::move(early_) : launch(reference_);
  }
  if (systemd_) progress.activity("booting " + image_);
  machine->ready(progress);
  if (systemd_) progress.finished("booted " + image_);
  for (const auto& removed : sweep_->finish())
    progress.finished("removed what a killed run left behind: " + removed);
  return machine;
}

}  // namespace ibtest
