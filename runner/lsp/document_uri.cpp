#include "runner/lsp/document_uri.hpp"

#include <charconv>
#include <string>

namespace ibtest {

std::optional<std::filesystem::path> path_of_uri(std::string_view uri) {
  constexpr std::string_view local_host = "localhost";
  constexpr std::string_view scheme = "file://";
  if (!uri.starts_with(scheme)) return std::nullopt;
  uri.remove_prefix(scheme.size());
  if (uri.starts_with(local_host)) uri.remove_prefix(local_host.size());
  if (!uri.starts_with('/')) return std::nullopt;
  std::string path;
  for (std::size_t at = 0; at < uri.size(); ++at) {
    if (uri[at] == '?' || uri[at] == '#') break;
    if (uri[at] != '%') {
      path += uri[at];
      continue;
    }
    unsigned value = 0;
    const std::string_view digits = uri.substr(at + 1, 2);
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || digits.size() != 2 || rest != digits.data() + 2 || value == 0) return std::nullopt;
    path += static_cast<char>(value);
    at += 2;
  }
  return std::filesystem::path(path).lexically_normal();
}

}  // namespace ibtest
