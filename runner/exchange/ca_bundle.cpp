#include "runner/exchange/ca_bundle.hpp"

#include <array>
#include <fstream>
#include <unistd.h>

namespace ibtest {

nlohmann::json send_ca_bundle(ExchangeStream& stream, const EnvironmentVariables& environment) {
  const auto store = find_trust_store(environment);
  if (store.file.empty()) {
    throw ExchangeFailure(
        "the machine that ibtest runs on has none either; install the package ca-certificates in the target");
  }
  std::ifstream file(store.file, std::ios::binary);
  std::array<char, 64U << 10U> piece{};
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0)
    stream.send({piece.data(), static_cast<std::size_t>(file.gcount())});
  if (!file.eof()) {
    throw ExchangeFailure("and " + store.file +
                          " of the machine that ibtest runs on cannot be read; install the package ca-certificates in "
                          "the target");
  }
  return {{"from", store.file}};
}

EnvironmentVariables process_environment() {
  EnvironmentVariables variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace ibtest
