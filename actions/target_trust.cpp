#include "actions/target_trust.hpp"

#include <fmt/format.h>

namespace ibtest {

TrustStore target_trust(ActionContext& context, std::span<const std::string_view> usual) {
  auto store = find_trust_store(context.environment(), usual);
  if (!store.empty()) return store;
  const auto exchange = context.ask_runner({{"ask", "ca-bundle"}});
  while (auto piece = exchange->receive())
    store.text += *piece;
  const auto answer = exchange->finish();
  if (!answer.error.empty()) {
    context.warn("the target has no list of certificate authorities: " + answer.error);
    store.text.clear();
  } else if (!store.text.empty()) {
    context.warn(
        fmt::format("the target has no list of certificate authorities; using the one of the machine that ibtest runs "
                    "on ({}). A real instance would need the package ca-certificates",
                    answer.content.value("from", "")));
  }
  return store;
}

}  // namespace ibtest
