#pragma once

#include <mutex>
#include <string>

#include "runner/s3/s3_client.hpp"
#include "runner/s3/s3_folders.hpp"

namespace ibtest {

/// The buckets that can be reached from this machine, with its credentials and endpoints: folders of --s3-map, S3, or a
/// server like it. Nothing in a name may lead to another host, or out of a folder. Every function throws
/// ExchangeFailure and ExchangeCancelled. Usable on any thread.
class S3Store {
 public:
  S3Store(const S3Options& options, const EnvironmentVariables& environment);

  /// As the functions of S3Client; a bucket that is known to belong to another account than `owner` is refused
  /// (EMU-15).
  [[nodiscard]] S3Listing list(const S3Object& prefix, const ExchangeStream& stream);
  [[nodiscard]] std::uint64_t get(const S3Object& object, ExchangeStream& stream);
  void put(const S3Object& object, std::uint64_t size, ExchangeStream& stream);

  /// What the user should know when nobody checks whose bucket it is; said once, else empty (EMU-15).
  [[nodiscard]] std::string owner_warning(const S3Object& object);

 private:
  /// Refuses what must not be asked for; true when the bucket is a folder.
  [[nodiscard]] bool check(const S3Object& object) const;

  S3Options options_;
  S3Client client_;
  S3Folders folders_;
  std::mutex mutex_;
  bool warned_of_owner_ = false;
};

}  // namespace ibtest
