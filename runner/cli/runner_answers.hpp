#pragma once

#include "agent/http/trust_store.hpp"
#include "runner/documents/document_reader.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/exchange/web_map.hpp"
#include "runner/s3/s3_answers.hpp"

namespace ibtest {

/// What the agents of a run may ask this machine for.
class RunnerAnswers final : public ExchangeHandler {
 public:
  RunnerAnswers(const EnvironmentVariables& environment, S3Store& store, const DocumentReader& documents,
                const WebMapOptions& web)
      : environment_(environment), s3_(store), documents_(documents), web_(web) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override;

 private:
  EnvironmentVariables environment_;
  S3Answers s3_;
  const DocumentReader& documents_;
  WebMap web_;
};

}  // namespace ibtest
