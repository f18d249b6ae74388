#pragma once

#include "agent/http/trust_store.hpp"
#include "runner/exchange/exchange_handler.hpp"

namespace ibtest {

/// What the agents of a run may ask this machine for.
class RunnerAnswers final : public ExchangeHandler {
 public:
  explicit RunnerAnswers(EnvironmentVariables environment) : environment_(std::move(environment)) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override;

 private:
  EnvironmentVariables environment_;
};

}  // namespace ibtest
