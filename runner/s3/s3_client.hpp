#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "runner/exchange/exchange_handler.hpp"
#include "runner/s3/credential_chain.hpp"
#include "runner/s3/s3_settings.hpp"

namespace ibtest {

/// An object, and the account that its bucket must belong to (empty: any).
struct S3Object {
  std::string bucket;
  std::string key;  ///< literal text; of a listing: the prefix
  std::string owner;
};

struct S3Listing {
  std::vector<std::string> keys;  ///< in the order of the server, at most 1000
  bool more = false;              ///< there are more than these
};

/// Talks to S3, or to a server like it. Every function throws ExchangeFailure and ExchangeCancelled. Usable on any
/// thread.
class S3Client {
 public:
  S3Client(const S3Options& options, const EnvironmentVariables& environment);

  /// A request of a listing asks for at most `page` keys and is continued (S3DOWNLOAD-5).
  [[nodiscard]] S3Listing list(const S3Object& prefix, const ExchangeStream& stream, std::size_t page = most_listed);
  /// Sends the object's bytes to the stream; how many.
  [[nodiscard]] std::uint64_t get(const S3Object& object, ExchangeStream& stream);
  /// Stores what comes from the stream; in parts when it is more than one part (S3UPLOAD-10). `size` is what is
  /// expected; S3 allows 10,000 parts.
  void put(const S3Object& object, std::uint64_t size, ExchangeStream& stream);

  /// Requests go to a server that was named, not to AWS.
  [[nodiscard]] bool is_elsewhere() const { return !endpoint_.base.empty(); }

  static constexpr std::size_t most_listed = 1000;
  static constexpr std::size_t smallest_part = 8U << 20U;

 private:
  struct Call;
  [[nodiscard]] AwsResponse send(const Call& call, const ExchangeStream& stream);
  [[nodiscard]] AwsResponse expect_ok(const Call& call, const ExchangeStream& stream);
  [[nodiscard]] AwsRequest request_for(const Call& call, const std::string& region) const;
  [[nodiscard]] std::string url_of(const S3Object& object, const std::string& region) const;
  [[nodiscard]] std::string region_of(const std::string& bucket);
  /// True when the response says that the bucket is in another region than was thought.
  [[nodiscard]] bool learn_region(const std::string& bucket, const AwsResponse& response);
  void abort_upload(const S3Object& object, const std::string& upload);
  void put_parts(const S3Object& object, std::string first, std::size_t part_size, ExchangeStream& stream);

  S3Options options_;
  EnvironmentVariables environment_;
  AwsProfiles profiles_;
  S3Endpoint endpoint_;
  TrustStore trust_;
  CredentialChain credentials_;
  std::mutex mutex_;
  std::map<std::string, std::string> regions_;  ///< of buckets that are not in the usual one
};

}  // namespace ibtest
