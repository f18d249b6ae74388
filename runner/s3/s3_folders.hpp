#pragma once

#include "runner/s3/s3_client.hpp"

namespace ibtest {

/// Buckets that are folders of this machine: a key is a relative path (EMU-14). Throws ExchangeFailure.
class S3Folders {
 public:
  explicit S3Folders(const S3Options& options) : folders_(options.map) {}

  [[nodiscard]] bool has(const std::string& bucket) const { return folders_.contains(bucket); }
  [[nodiscard]] S3Listing list(const S3Object& prefix) const;
  [[nodiscard]] std::uint64_t get(const S3Object& object, ExchangeStream& stream) const;
  void put(const S3Object& object, ExchangeStream& stream) const;

 private:
  [[nodiscard]] std::filesystem::path path_of(const S3Object& object) const;

  std::map<std::string, std::filesystem::path> folders_;
};

}  // namespace ibtest
