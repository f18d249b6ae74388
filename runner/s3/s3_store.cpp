#include "runner/s3/s3_store.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace ibtest {

namespace {

// Questions come from the target, and the name becomes part of a host or a path: with anything else in it, a signed
// request could go elsewhere.
bool is_bucket_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name.front() != '.' && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
  });
}

bool is_account(std::string_view owner) {
  return owner.empty() ||
         (owner.size() == 12 && std::ranges::all_of(owner, [](unsigned char c) { return std::isdigit(c) != 0; }));
}

}  // namespace

S3Store::S3Store(const S3Options& options, const EnvironmentVariables& environment)
    : options_(options), client_(options, environment), folders_(options) {}

S3Listing S3Store::list(const S3Object& prefix, const ExchangeStream& stream) {
  return check(prefix) ? folders_.list(prefix) : client_.list(prefix, stream);
}

std::uint64_t S3Store::get(const S3Object& object, ExchangeStream& stream) {
  return check(object) ? folders_.get(object, stream) : client_.get(object, stream);
}

void S3Store::put(const S3Object& object, std::uint64_t size, ExchangeStream& stream) {
  if (check(object)) {
    folders_.put(object, stream);
  } else {
    client_.put(object, size, stream);
  }
}

bool S3Store::check(const S3Object& object) const {
  if (!is_bucket_name(object.bucket)) throw ExchangeFailure(fmt::format("`{}` is no bucket name", object.bucket));
  if (!is_account(object.owner)) throw ExchangeFailure(fmt::format("`{}` is no account", object.owner));
  const bool in_folder = folders_.has(object.bucket);
  if (options_.offline && !in_folder) {
    throw ExchangeFailure(
        fmt::format("S3 is switched off by --s3-offline; --s3-map {}=FOLDER serves the bucket from a "
                    "folder",
                    object.bucket));
  }
  const auto known = options_.bucket_owners.find(object.bucket);
  if (!object.owner.empty() && known != options_.bucket_owners.end() && known->second != object.owner) {
    throw ExchangeFailure(
        fmt::format("AccessDenied: the bucket {} belongs to {}, not to {} (status 403, by "
                    "--s3-bucket-owner)",
                    object.bucket, known->second, object.owner));
  }
  return in_folder;
}

std::string S3Store::owner_warning(const S3Object& object) {
  if (object.owner.empty() || options_.bucket_owners.contains(object.bucket)) return {};
  if (!client_.is_elsewhere() && !folders_.has(object.bucket)) return {};
  const std::lock_guard lock(mutex_);
  if (std::exchange(warned_of_owner_, true)) return {};
  return "expectedBucketOwner was not verified: the bucket is not in AWS; --s3-bucket-owner " + object.bucket +
         "=ACCOUNT says whose it is";
}

}  // namespace ibtest
