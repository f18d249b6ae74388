#pragma once

#include "agent/http/trust_store.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/exchange/web_map.hpp"
#include "runner/s3/s3_answers.hpp"

namespace ibtest {

/// What the agents of a run may ask this machine for.
class RunnerAnswers final : public ExchangeHandler {
 public:
  RunnerAnswers(const EnvironmentVariables& environment, const S3Options& s3, const WebMapOptions& web)
      : environment_(environment), s3_(s3, environment), web_(web) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override;

 private:
  EnvironmentVariables environment_;
  S3Answers s3_;
  WebMap web_;
};

}  // namespace ibtest
