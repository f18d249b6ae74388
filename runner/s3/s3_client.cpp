#include "runner/s3/s3_client.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <pugixml.hpp>
#include <thread>

#include <fmt/format.h>

#include "agent/http/web_url.hpp"
#include "runner/s3/s3_error.hpp"

namespace ibtest {

namespace {

using namespace std::chrono_literals;

constexpr int most_tries = 3;
constexpr std::uint64_t most_parts = 10'000;
constexpr long status_ok = 200;

void pause(std::chrono::milliseconds time, const ExchangeStream& stream) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    if (stream.cancelled()) throw ExchangeCancelled{};
    std::this_thread::sleep_for(20ms);
  }
}

TrustStore trust_of(const EnvironmentVariables& environment) {
  if (const auto bundle = variable_of(environment, "AWS_CA_BUNDLE"); !bundle.empty()) return {.file = bundle};
  return find_trust_store(environment);
}

// It becomes part of a host.
bool is_region(std::string_view text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// As `encoding-type=url` writes keys.
std::string decoded_key(std::string_view text) {
  std::string key;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned int value = 0;
    if (text[at] == '%' && at + 2 < text.size() &&
        std::sscanf(std::string(text.substr(at + 1, 2)).c_str(), "%2x", &value) == 1) {
      key += static_cast<char>(value);
      at += 2;
    } else {
      key += text[at] == '+' ? ' ' : text[at];
    }
  }
  return key;
}

/// Fills `buffer` up to `size`; false when the bytes have ended before.
bool fill(std::string& buffer, std::size_t size, std::string& rest, ExchangeStream& stream) {
  while (true) {
    const auto wanted = std::min(size - buffer.size(), rest.size());
    buffer.append(rest, 0, wanted);
    rest.erase(0, wanted);
    if (buffer.size() == size) return true;
    auto piece = stream.receive();
    if (!piece) return false;
    rest = std::move(*piece);
  }
}

}  // namespace

/// One request about an object or bucket.
struct S3Client::Call {
  std::string method = "GET";
  S3Object object = {};
  std::string query = {};
  std::string_view body = {};
  std::string content_type = {};
  std::function<void(std::string_view)> receive = {};
  std::function<void(std::uint64_t)> announce = {};
};

S3Client::S3Client(const S3Options& options, const EnvironmentVariables& environment)
    : options_(options),
      environment_(environment),
      profiles_(environment_),
      endpoint_(find_s3_endpoint(options_, environment_, profiles_)),
      trust_(trust_of(environment_)),
      credentials_(environment_, profiles_, endpoint_.region, trust_) {}

std::string S3Client::url_of(const S3Object& object, const std::string& region) const {
  const auto key = percent_encoded(object.key, "/");
  const bool dotted = object.bucket.find('.') != std::string::npos;  // no certificate covers such a host
  if (endpoint_.base.empty()) {
    const auto host = fmt::format("s3.{}.amazonaws.com{}", region, region.starts_with("cn-") ? ".cn" : "");
    return dotted ? fmt::format("https://{}/{}/{}", host, object.bucket, key)
                  : fmt::format("https://{}.{}/{}", object.bucket, host, key);
  }
  if (!options_.virtual_hosts) return fmt::format("{}/{}/{}", endpoint_.base, object.bucket, key);
  const auto host = endpoint_.base.find("://") + 3;
  return fmt::format("{}{}.{}/{}", endpoint_.base.substr(0, host), object.bucket, endpoint_.base.substr(host), key);
}

AwsRequest S3Client::request_for(const Call& call, const std::string& region) const {
  AwsRequest request{.method = call.method,
                     .url = url_of(call.object, region),
                     .body = call.body,
                     .region = region,
                     .service = "s3",
                     .trust = trust_,
                     .receive = call.receive,
                     .announce = call.announce};
  if (!call.query.empty()) request.url += "?" + call.query;
  if (!call.content_type.empty()) request.headers.push_back("Content-Type: " + call.content_type);
  // S3DOWNLOAD-9, S3UPLOAD-8: on every request.
  if (!call.object.owner.empty()) request.headers.push_back("x-amz-expected-bucket-owner: " + call.object.owner);
  return request;
}

std::string S3Client::region_of(const std::string& bucket) {
  const std::lock_guard lock(mutex_);
  const auto found = regions_.find(bucket);
  return found == regions_.end() ? endpoint_.region : found->second;
}

bool S3Client::learn_region(const std::string& bucket, const AwsResponse& response) {
  const bool elsewhere = response.status == 301 || response.status == 307 || response.status == 400;
  const auto header = response.headers.find("x-amz-bucket-region");
  if (!elsewhere || header == response.headers.end() || !is_region(header->second)) return false;
  const std::lock_guard lock(mutex_);
  auto& region = regions_.try_emplace(bucket, endpoint_.region).first->second;
  if (region == header->second) return false;
  region = header->second;
  return true;
}

AwsResponse S3Client::send(const Call& call, const ExchangeStream& stream) {
  const auto cancelled = [&stream] { return stream.cancelled(); };
  auto wait = 500ms;
  for (int number = 1;; ++number) {
    auto request = request_for(call, region_of(call.object.bucket));
    if (!options_.unsigned_requests) request.credentials = credentials_.get(cancelled);
    try {
      auto response = send_request(request, cancelled);
      if (number < most_tries && learn_region(call.object.bucket, response)) continue;
      if (number == most_tries || !is_passing_error(response)) return response;
    } catch (const AwsUnreachable& unreachable) {
      // What was sent on cannot be taken back; the step's own maxAttempts begins anew.
      if (number == most_tries || unreachable.received() > 0) {
        throw ExchangeFailure(
            fmt::format("{} ({})", unreachable.what(),
                        is_elsewhere() ? "endpoint " + masked_url(endpoint_.base) : "region " + request.region));
      }
    }
    pause(wait, stream);
    wait *= 2;
  }
}

AwsResponse S3Client::expect_ok(const Call& call, const ExchangeStream& stream) {
  auto response = send(call, stream);
  if (response.status == status_ok) return response;
  throw ExchangeFailure(s3_error_text(response));
}

S3Listing S3Client::list(const S3Object& prefix, const ExchangeStream& stream, std::size_t page) {
  S3Listing listing;
  std::string continuation;
  while (true) {
    const auto count = std::min(page, most_listed - listing.keys.size());
    Call call{.object = {prefix.bucket, "", prefix.owner}};
    if (!continuation.empty()) call.query = "continuation-token=" + percent_encoded(continuation) + "&";
    call.query +=
        fmt::format("encoding-type=url&list-type=2&max-keys={}&prefix={}", count, percent_encoded(prefix.key));
    const auto response = expect_ok(call, stream);
    pugi::xml_document document;
    const auto parsed = document.load_buffer(response.body.data(), response.body.size());
    const auto result = document.child("ListBucketResult");
    if (!parsed || !result) throw ExchangeFailure("the server's list of objects cannot be understood");
    const bool encoded = std::string_view(result.child("EncodingType").text().get()) == "url";
    for (const auto& entry : result.children("Contents")) {
      const std::string key = entry.child("Key").text().get();
      listing.keys.push_back(encoded ? decoded_key(key) : key);
    }
    const bool truncated = std::string_view(result.child("IsTruncated").text().get()) == "true";
    continuation = result.child("NextContinuationToken").text().get();
    if (!truncated) return listing;
    listing.more = listing.keys.size() >= most_listed;
    if (listing.more) {
      listing.keys.resize(most_listed);
      return listing;
    }
    if (continuation.empty()) throw ExchangeFailure("the server's list of objects ends without its continuation");
  }
}

std::uint64_t S3Client::get(const S3Object& object, ExchangeStream& stream) {
  return expect_ok({.object = object,
                    .receive = [&stream](std::string_view bytes) { stream.send(bytes); },
                    .announce = [&stream](std::uint64_t size) { stream.announce(size); }},
                   stream)
      .received;
}

void S3Client::put(const S3Object& object, std::uint64_t size, ExchangeStream& stream) {
  const auto part_size = std::max<std::uint64_t>(smallest_part, (size + most_parts - 1) / most_parts);
  std::string body;
  std::string rest;
  if (fill(body, part_size, rest, stream)) {
    body += rest;
    return put_parts(object, std::move(body), part_size, stream);
  }
  static_cast<void>(
      expect_ok({.method = "PUT", .object = object, .body = body, .content_type = "binary/octet-stream"}, stream));
}

void S3Client::abort_upload(const S3Object& object, const std::string& upload) {
  try {
    auto request = request_for({.method = "DELETE", .object = object, .query = upload}, region_of(object.bucket));
    request.connect_seconds = 5;
    request.stall_seconds = 5;
    const auto never = [] { return false; };
    if (!options_.unsigned_requests) request.credentials = credentials_.get(never);
    static_cast<void>(send_request(request, never));
  } catch (const std::exception&) {
    // The failure that led here is the one to tell.
  }
}

void S3Client::put_parts(const S3Object& object, std::string first, std::size_t part_size, ExchangeStream& stream) {
  const auto begun = expect_ok(
      {.method = "POST", .object = object, .query = "uploads=", .content_type = "binary/octet-stream"}, stream);
  pugi::xml_document document;
  document.load_buffer(begun.body.data(), begun.body.size());
  const std::string id = document.child("InitiateMultipartUploadResult").child("UploadId").text().get();
  if (id.empty()) throw ExchangeFailure("the server began no upload in parts");
  const auto upload = "uploadId=" + percent_encoded(id);
  try {
    std::string parts = "<CompleteMultipartUpload>";
    std::string rest = std::move(first);
    std::string body;
    bool more = true;
    for (int number = 1; more; ++number) {
      body.clear();
      more = fill(body, part_size, rest, stream);
      if (body.empty()) break;
      const auto stored = expect_ok(
          {.method = "PUT", .object = object, .query = fmt::format("partNumber={}&{}", number, upload), .body = body},
          stream);
      const auto tag = stored.headers.find("etag");
      parts += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number,
                           tag == stored.headers.end() ? "" : tag->second);
    }
    parts += "</CompleteMultipartUpload>";
    const auto done = expect_ok(
        {.method = "POST", .object = object, .query = upload, .body = parts, .content_type = "application/xml"},
        stream);
    // S3 may find out that something failed after it has said 200.
    if (done.body.find("<Error>") != std::string::npos) throw ExchangeFailure(s3_error_text(done));
  } catch (...) {
    // Parts of an upload that is never completed cost money until they are removed.
    abort_upload(object, upload);
    throw;
  }
}

}  // namespace ibtest
