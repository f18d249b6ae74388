#pragma once

#include <string>
#include <string_view>

namespace ibtest {

/// What an engine's command line program complains about, as far as its words tell.
enum class EngineError {
  engine_unreachable,
  socket_forbidden,
  image_missing,  ///< not there locally
  image_unknown,  ///< not in the registry either
  registry_unreachable,
  registry_refused,    ///< login needed, or not allowed
  registry_limit,      ///< too many pulls
  platform_missing,    ///< the registry has the image for other platforms only
  wrong_architecture,  ///< the image's programs cannot be executed here
  bad_reference,
  agent_missing,  ///< the agent's volume is empty
  no_such_container,
  disk_full,
  other,
};

[[nodiscard]] EngineError classify_engine_error(std::string_view error_output);

/// The line of an error output that says most: without "Error response from daemon:" and usage hints.
[[nodiscard]] std::string essence_of(std::string_view error_output);

}  // namespace ibtest
