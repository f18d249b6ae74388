#pragma once

#include <mutex>
#include <set>
#include <string>

#include "runner/exchange/exchange_handler.hpp"
#include "runner/s3/s3_client.hpp"
#include "runner/s3/s3_folders.hpp"

namespace ibtest {

/// Answers `s3-list`, `s3-get` and `s3-put` of agents: the credentials and endpoints of this machine are used, and stay
/// here (EMU-10, EMU-11, EMU-16).
class S3Answers final : public ExchangeHandler {
 public:
  S3Answers(const S3Options& options, const EnvironmentVariables& environment);

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override;

 private:
  /// Throws when the bucket is known to belong to another account; gives a warning, once, when nobody knows (EMU-15).
  [[nodiscard]] nlohmann::json check_owner(const S3Object& object);

  S3Options options_;
  S3Client client_;
  S3Folders folders_;
  std::mutex mutex_;
  bool warned_of_owner_ = false;
};

}  // namespace ibtest
