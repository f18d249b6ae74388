#pragma once

#include <string>

#include "runner/target/container/container_engine.hpp"
#include "runner/target/container/container_recipe.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// Pulls an image, showing progress. Throws Fault naming the image and the registry's answer.
void pull_image(const ContainerEngine& engine, const std::string& reference, ProgressSink& progress);

/// Builds the image of a recipe, tags it recipe_tag() and removes the images of its earlier versions. Only one process
/// builds at a time; one that had to wait finds the image there. Throws Fault, Interrupted.
void build_recipe_image(const ContainerEngine& engine, const ContainerRecipe& recipe, ProgressSink& progress);

/// The reference by which the engine finds an image that is in no registry.
[[nodiscard]] std::string local_reference(const ContainerEngine& engine, const std::string& name);

[[nodiscard]] bool image_exists(const ContainerEngine& engine, const std::string& reference);

}  // namespace ibtest
