#include "runner/s3/s3_answers.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace ibtest {

namespace {

// The question comes from the target, and the name becomes part of a host or a path: with anything else in it, a signed
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

S3Answers::S3Answers(const S3Options& options, const EnvironmentVariables& environment)
    : options_(options), client_(options, environment), folders_(options) {}

nlohmann::json S3Answers::answer(const nlohmann::json& question, ExchangeStream& stream) {
  const auto what = text_in(question, "ask");
  const S3Object object{text_in(question, "bucket"), text_in(question, what == "s3-list" ? "prefix" : "key"),
                        text_in(question, "owner")};
  if (!is_bucket_name(object.bucket)) throw ExchangeFailure(fmt::format("`{}` is no bucket name", object.bucket));
  if (!is_account(object.owner)) throw ExchangeFailure(fmt::format("`{}` is no account", object.owner));
  const bool in_folder = folders_.has(object.bucket);
  if (options_.offline && !in_folder) {
    throw ExchangeFailure(
        fmt::format("S3 is switched off by --s3-offline; --s3-map {}=FOLDER serves the bucket from a "
                    "folder",
                    object.bucket));
  }
  auto answer = check_owner(object);
  if (what == "s3-list") {
    auto listing = in_folder ? folders_.list(object) : client_.list(object, stream);
    answer["keys"] = std::move(listing.keys);
    answer["more"] = listing.more;
  } else if (what == "s3-get") {
    answer["size"] = in_folder ? folders_.get(object, stream) : client_.get(object, stream);
  } else if (in_folder) {
    folders_.put(object, stream);
  } else {
    client_.put(object, question.value("size", std::uint64_t{0}), stream);
  }
  return answer;
}

nlohmann::json S3Answers::check_owner(const S3Object& object) {
  auto answer = nlohmann::json::object();
  if (object.owner.empty()) return answer;
  const auto known = options_.bucket_owners.find(object.bucket);
  if (known != options_.bucket_owners.end()) {
    if (known->second == object.owner) return answer;
    throw ExchangeFailure(
        fmt::format("AccessDenied: the bucket {} belongs to {}, not to {} (status 403, by "
                    "--s3-bucket-owner)",
                    object.bucket, known->second, object.owner));
  }
  if (!client_.is_elsewhere() && !folders_.has(object.bucket)) return answer;
  const std::lock_guard lock(mutex_);
  if (!std::exchange(warned_of_owner_, true)) {
    answer["warnings"] = {"expectedBucketOwner was not verified: the bucket is not in AWS; --s3-bucket-owner " +
                          object.bucket + "=ACCOUNT says whose it is"};
  }
  return answer;
}

}  // namespace ibtest
