#pragma once

#include "runner/exchange/exchange_handler.hpp"
#include "runner/s3/s3_store.hpp"

namespace ibtest {

/// Answers `s3-list`, `s3-get` and `s3-put` of agents: the credentials and endpoints of this machine are used, and stay
/// here (EMU-10, EMU-11, EMU-16).
class S3Answers final : public ExchangeHandler {
 public:
  explicit S3Answers(S3Store& store) : store_(store) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override;

 private:
  S3Store& store_;
};

}  // namespace ibtest
