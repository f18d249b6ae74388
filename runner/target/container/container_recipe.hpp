#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ibtest {

struct RecipeFile {
  std::string_view name;
  std::string_view content;
};

/// How an EC2-like image is built: a folder of containers/, compiled in.
struct ContainerRecipe {
  std::string_view name;  ///< the short name: "debian-12"
  std::span<const RecipeFile> files;
};

/// All of them, by name.
[[nodiscard]] std::span<const ContainerRecipe> container_recipes();
/// Nothing when there is none of that name.
[[nodiscard]] const ContainerRecipe* find_recipe(std::string_view name);
/// "al2, al2023, debian-12, ..." for messages.
[[nodiscard]] std::string recipe_names();

/// First 12 hexadecimal digits of the SHA-256 of all files with their names.
[[nodiscard]] std::string recipe_hash(const ContainerRecipe& recipe);
/// "ibtest/debian-12:0123456789ab"
[[nodiscard]] std::string recipe_tag(const ContainerRecipe& recipe);
/// The image the Dockerfile starts from (its ARG BASE=...).
[[nodiscard]] std::string recipe_base(const ContainerRecipe& recipe);
/// The paths of its label ibtest.tmpfs, which are mounted as tmpfs ("/tmp" on Amazon Linux 2023).
[[nodiscard]] std::string recipe_tmpfs(const ContainerRecipe& recipe);

/// A short name that `name` is probably a misspelling of ("debian12", "al-2023"), if any.
[[nodiscard]] const ContainerRecipe* similar_recipe(std::string_view name);

}  // namespace ibtest
