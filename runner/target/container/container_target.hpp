#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runner/target/container/container_engine.hpp"
#include "runner/target/container/container_machine.hpp"
#include "runner/target/container/container_recipe.hpp"
#include "runner/target/container/leftover_sweep.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// "docker:IMAGE", "podman:IMAGE", "finch:IMAGE": IMAGE is the short name of a recipe, or an image reference.
///
/// What a run needs of an engine are few calls, and those side by side: the first container is started while it is
/// still being asked whether the image is there, and what killed runs have left is looked for meanwhile.
class ContainerTarget final : public Target {
 public:
  ContainerTarget(const ContainerEngine& engine, std::string image, const TargetContext& context);
  ContainerTarget(const ContainerTarget&) = delete;
  ContainerTarget& operator=(const ContainerTarget&) = delete;
  ~ContainerTarget() override;

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] Capabilities capabilities() const override {
    return {.snapshot = true, .reboot = true, .disposable = true, .networkless = true};
  }
  void prepare(ProgressSink& progress) override;
  [[nodiscard]] std::unique_ptr<Machine> start(const Snapshot* from, ProgressSink& progress) override;

 private:
  [[nodiscard]] std::unique_ptr<ContainerMachine> launch(const std::string& image);
  /// Looks at what `image inspect` says; false when the image is not there.
  [[nodiscard]] bool accept(const ChildResult& inspected);
  void provide_image(ProgressSink& progress);

  ContainerEngine engine_;
  std::string image_;              ///< as given
  const ContainerRecipe* recipe_;  ///< of the short name, if it is one
  std::string reference_;          ///< what the engine is asked for
  TargetContext context_;
  std::string agent_volume_;
  std::optional<bool> systemd_mode_;
  bool systemd_ = false;
  std::string tmpfs_;
  int machines_ = 0;
  std::unique_ptr<ContainerMachine> early_;
  std::unique_ptr<LeftoverSweep> sweep_;
};

}  // namespace ibtest
