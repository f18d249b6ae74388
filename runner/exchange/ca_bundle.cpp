#include "runner/exchange/ca_bundle.hpp"

#include <unistd.h>

#include "runner/exchange/send_file.hpp"

namespace ibtest {

nlohmann::json send_ca_bundle(ExchangeStream& stream, const EnvironmentVariables& environment) {
  const auto store = find_trust_store(environment);
  if (store.file.empty()) {
    throw ExchangeFailure(
        "the machine that ibtest runs on has none either; install the package ca-certificates in the target");
  }
  try {
    send_file(store.file, stream);
  } catch (const ExchangeFailure& failure) {
    throw ExchangeFailure(std::string("on the machine that ibtest runs on: ") + failure.what() +
                          "; install the package ca-certificates in the target");
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
