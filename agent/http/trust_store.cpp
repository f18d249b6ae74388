#include "agent/http/trust_store.hpp"

#include <filesystem>

namespace ibtest {

namespace {

std::string value_of(const EnvironmentVariables& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

bool holds_something(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) && std::filesystem::file_size(file, ignored) > 0;
}

}  // namespace

TrustStore find_trust_store(const EnvironmentVariables& environment, std::span<const std::string_view> usual) {
  TrustStore store;
  store.file = value_of(environment, "SSL_CERT_FILE");
  store.folder = value_of(environment, "SSL_CERT_DIR");
  if (!store.empty()) return store;
  for (const auto file : usual) {
    if (!holds_something(file)) continue;
    store.file = file;
    break;
  }
  return store;
}

}  // namespace ibtest
