#include "runner/target/container/container_recipe.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "runner/target/sha256.hpp"

namespace ibtest {

namespace {

std::string_view dockerfile_of(const ContainerRecipe& recipe) {
  for (const auto& file : recipe.files) {
    if (file.name == "Dockerfile") return file.content;
  }
  return {};
}

/// What follows `key` up to the next blank or line end.
std::string value_after(std::string_view text, std::string_view key) {
  const auto start = text.find(key);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + key.size());
  return std::string(text.substr(0, text.find_first_of(" \t\r\n")));
}

/// Lower case, letters and digits only: "Debian 12" and "debian12" are the same.
std::string bare(std::string_view name) {
  std::string result;
  for (const unsigned char c : name) {
    if (std::isalnum(c) != 0) result += static_cast<char>(std::tolower(c));
  }
  return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

const ContainerRecipe* find_recipe(std::string_view name) {
  for (const auto& recipe : container_recipes()) {
    if (recipe.name == name) return &recipe;
  }
  return nullptr;
}

std::string recipe_names() {
  std::string names;
  for (const auto& recipe : container_recipes()) {
    if (!names.empty()) names += ", ";
    names += recipe.name;
  }
  return names;
}

std::string recipe_hash(const ContainerRecipe& recipe) {
  std::string all;
  for (const auto& file : recipe.files) {
    all.append(file.name).append(1, '\0').append(file.content).append(1, '\0');
  }
  return sha256_of(all).substr(0, 12);
}

std::string recipe_tag(const ContainerRecipe& recipe) {
  return "ibtest/" + std::string(recipe.name) + ":" + recipe_hash(recipe);
}

std::string recipe_base(const ContainerRecipe& recipe) {
  return value_after(dockerfile_of(recipe), "ARG BASE=");
}

std::string recipe_tmpfs(const ContainerRecipe& recipe) {
  return value_after(dockerfile_of(recipe), "ibtest.tmpfs=");
}

const ContainerRecipe* similar_recipe(std::string_view name) {
  // A tag or a registry says that an image is meant: "debian:12" is one.
  if (name.find_first_of("/:@") != std::string_view::npos) return nullptr;
  const std::string given = bare(name);
  const ContainerRecipe* nearest = nullptr;
  std::size_t least = 3;  // more than two edits are another name
  for (const auto& recipe : container_recipes()) {
    const std::string known = bare(recipe.name);
    // "amazonlinux2023" and "amazon-linux-2" are what al2023 and al2 are short for.
    const std::string spelled = known.starts_with("al2") ? "amazonlinux" + known.substr(2) : known;
    if (given == spelled) return &recipe;
    const std::size_t distance = edit_distance(given, known);
    if (distance < least && distance < known.size() / 2) {
      least = distance;
      nearest = &recipe;
    }
  }
  return nearest;
}

}  // namespace ibtest
