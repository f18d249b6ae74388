#include "runner/target/container/engine_error.hpp"

#include <array>
#include <cctype>
#include <utility>

namespace ibtest {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

struct Sign {
  std::string_view words;  ///< in lower case
  EngineError error;
};

// The first that occurs decides: the specific before the general.
constexpr std::array signs{
    Sign{"permission denied while trying to connect", EngineError::socket_forbidden},
    Sign{"got permission denied", EngineError::socket_forbidden},
    Sign{"is the docker daemon running", EngineError::engine_unreachable},
    Sign{"cannot connect to the docker daemon", EngineError::engine_unreachable},
    Sign{"cannot connect to podman", EngineError::engine_unreachable},
    Sign{"unable to connect to podman", EngineError::engine_unreachable},
    Sign{"error during connect", EngineError::engine_unreachable},
    Sign{"unable to resolve docker endpoint", EngineError::engine_unreachable},
    Sign{"context not found", EngineError::engine_unreachable},
    Sign{"cannot connect to containerd", EngineError::engine_unreachable},
    Sign{"instance \"finch\" is stopped", EngineError::engine_unreachable},
    Sign{"instance \"finch\" does not exist", EngineError::engine_unreachable},
    Sign{"/.ibtest/ibtest-agent\": stat /.ibtest/ibtest-agent: no such file", EngineError::agent_missing},
    Sign{"/.ibtest/ibtest-agent: no such file", EngineError::agent_missing},
    Sign{"/.ibtest/ibtest-agent` not found", EngineError::agent_missing},
    Sign{"/.ibtest/ibtest-agent\": no such file", EngineError::agent_missing},
    Sign{"/.ibtest/ibtest-agent\": permission denied", EngineError::agent_missing},
    Sign{"exec format error", EngineError::wrong_architecture},
    Sign{"no matching manifest for", EngineError::platform_missing},
    Sign{"no image found in image index for architecture", EngineError::platform_missing},
    Sign{"does not match the specified platform", EngineError::platform_missing},
    Sign{"invalid reference format", EngineError::bad_reference},
    Sign{"must be lowercase", EngineError::bad_reference},
    Sign{"no space left on device", EngineError::disk_full},
    Sign{"no such container", EngineError::no_such_container},
    Sign{"no container with name or id", EngineError::no_such_container},
    Sign{"toomanyrequests", EngineError::registry_limit},
    Sign{"rate limit", EngineError::registry_limit},
    Sign{"too many requests", EngineError::registry_limit},
    Sign{"manifest unknown", EngineError::image_unknown},
    Sign{"manifest for", EngineError::image_unknown},
    Sign{"name unknown", EngineError::image_unknown},
    Sign{"repository does not exist", EngineError::image_unknown},
    Sign{"requested access to the resource is denied", EngineError::image_unknown},
    Sign{"did not resolve to an alias", EngineError::image_unknown},
    Sign{"no such host", EngineError::registry_unreachable},
    Sign{"dial tcp", EngineError::registry_unreachable},
    Sign{"i/o timeout", EngineError::registry_unreachable},
    Sign{"tls handshake timeout", EngineError::registry_unreachable},
    Sign{"connection refused", EngineError::registry_unreachable},
    Sign{"network is unreachable", EngineError::registry_unreachable},
    Sign{"server misbehaving", EngineError::registry_unreachable},
    Sign{"temporary failure in name resolution", EngineError::registry_unreachable},
    Sign{"client.timeout exceeded", EngineError::registry_unreachable},
    Sign{"context deadline exceeded", EngineError::registry_unreachable},
    Sign{"x509", EngineError::registry_unreachable},
    Sign{"proxyconnect", EngineError::registry_unreachable},
    Sign{"unauthorized", EngineError::registry_refused},
    Sign{"no basic auth credentials", EngineError::registry_refused},
    Sign{"error getting credentials", EngineError::registry_refused},
    Sign{"denied:", EngineError::registry_refused},
    Sign{"403 forbidden", EngineError::registry_refused},
    Sign{"no such image", EngineError::image_missing},
    Sign{"no such object", EngineError::image_missing},
    Sign{"unable to find image", EngineError::image_missing},
    Sign{"image not known", EngineError::image_missing},
    Sign{"failed to find image", EngineError::image_missing},
    Sign{"unable to find a name and tag match", EngineError::image_missing},
};

constexpr std::array<std::string_view, 6> prefixes{
    "docker: ", "podman: ", "Error response from daemon: ", "Error: ", "error: ", "Failed to initialize: "};

bool says_nothing(std::string_view line) {
  return line.empty() || line.starts_with("See '") || line.starts_with("Run '") ||
         line.starts_with("Using default tag") || line.starts_with("Unable to find image") ||
         line.starts_with("Trying to pull") || line.starts_with("WARNING: ") ||
         line.find("level=warning") != std::string_view::npos || line.starts_with("What's next") ||
         line.starts_with("Resolved \"") || line.starts_with("Resolving \"");
}

}  // namespace

EngineError classify_engine_error(std::string_view error_output) {
  const std::string text = lower(error_output);
  for (const auto& sign : signs) {
    if (text.find(sign.words) != std::string::npos) return sign.error;
  }
  return EngineError::other;
}

std::string essence_of(std::string_view error_output) {
  std::string best;
  while (!error_output.empty()) {
    const auto end = error_output.find('\n');
    std::string_view line = error_output.substr(0, end);
    error_output.remove_prefix(end == std::string_view::npos ? error_output.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
      line.remove_suffix(1);
    if (says_nothing(line)) continue;
    for (const auto prefix : prefixes) {
      if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
    }
    best = line;  // programs end with the cause
  }
  return best;
}

}  // namespace ibtest
