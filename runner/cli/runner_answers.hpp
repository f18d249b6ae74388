#pragma once

#include "agent/http/trust_store.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/s3/s3_answers.hpp"

namespace ibtest {

/// What the agents of a run may ask this machine for.
class RunnerAnswers final : public ExchangeHandler {
 public:
  RunnerAnswers(const EnvironmentVariables& environment, S3Store& store) : environment_(environment), s3_(store) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override;

 private:
  EnvironmentVariables environment_;
  S3Answers s3_;
};

}  // namespace ibtest
