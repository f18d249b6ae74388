#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/target/container/container_engine.hpp"

namespace ibtest {

/// Arguments that list the ids of everything that carries an owner.
[[nodiscard]] std::vector<std::string> list_owned_containers();
[[nodiscard]] std::vector<std::string> list_snapshots();

/// Removes those of the listed containers and snapshots (ids, one a line) whose owner is gone; with `everything` all of
/// them but those of living owners. Machines that were kept on purpose go with `everything` only. Returns what was
/// removed, for people.
[[nodiscard]] std::vector<std::string> remove_gone(const ContainerEngine& engine, const std::string& container_ids,
                                                   const std::string& image_ids, bool everything);

/// Removes what only costs time to make again: images of recipes, agent volumes, kept build results.
[[nodiscard]] std::vector<std::string> remove_caches(const ContainerEngine& engine);

}  // namespace ibtest
