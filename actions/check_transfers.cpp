#include "actions/check_transfers.hpp"

#include <algorithm>
#include <string>

#include "actions/component_arn.hpp"
#include "actions/s3_location.hpp"
#include "actions/wildcard.hpp"
#include "agent/document/unicode.hpp"
#include "agent/expression/reference.hpp"
#include "agent/http/digest.hpp"
#include "agent/http/web_url.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

/// The scalar of an item that can be judged before the run; null pointer for none.
const YamlNode* literal(const YamlNode& item, std::string_view key) {
  const YamlNode* const value = item.find(key);
  if (value == nullptr || !value->is_scalar() || value->text.empty()) return nullptr;
  const auto references = find_references(value->text);
  const bool has_reference = std::ranges::any_of(
      references, [](const Reference& reference) { return !std::holds_alternative<ForeignText>(reference.form); });
  return has_reference ? nullptr : value;
}

bool is_given(const YamlNode& item, std::string_view key) {
  const YamlNode* const value = item.find(key);
  return value != nullptr && !value->is_null();
}

void check_checksum(const YamlNode& item, Findings& findings) {
  const bool has_checksum = is_given(item, "checksum");
  const bool has_algorithm = is_given(item, "algorithm");
  if (has_checksum != has_algorithm) {
    const std::string_view given = has_checksum ? "checksum" : "algorithm";
    const std::string_view missing = has_checksum ? "algorithm" : "checksum";
    findings.add("checksum-not-verified"_code, item.find(given)->range,
                 "nothing is verified: " + in_backticks(given) + " needs " + in_backticks(missing),
                 "add " + in_backticks(missing));
    return;
  }
  const YamlNode* const checksum = literal(item, "checksum");
  const YamlNode* const algorithm = literal(item, "algorithm");
  const auto known = algorithm == nullptr ? std::nullopt : digest_from_name(algorithm->text);
  if (checksum == nullptr || !known) return;
  const bool fits = checksum->text.size() == digest_length(*known) &&
                    checksum->text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (fits) return;
  findings.add("checksum-form"_code, checksum->range,
               "no file has this " + std::string(digest_name(*known)) + " digest: it must have " +
                   std::to_string(digest_length(*known)) + " hexadecimal digits");
}

void check_bucket_owner(const YamlNode& item, std::string_view key, Findings& findings) {
  const YamlNode* const owner = literal(item, key);
  if (owner == nullptr) return;
  if (auto error = account_error(key, owner->text); !error.empty()) {
    findings.add("bucket-owner"_code, owner->range, std::move(error));
  }
}

/// Null pointer when the location is wrong, or known only at run time.
const YamlNode* check_location(const YamlNode& item, std::string_view key, Findings& findings) {
  const YamlNode* const value = literal(item, key);
  if (value == nullptr) return nullptr;
  if (auto error = parse_s3_location(value->text).error; !error.empty()) {
    findings.add("s3-location"_code, value->range, std::move(error), "write s3://bucket/key");
    return nullptr;
  }
  return value;
}

}  // namespace

void check_web_download(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  if (const YamlNode* const source = literal(item, "source")) {
    if (const auto parsed = parse_url(source->text); !parsed.url) {
      findings.add("source-not-url"_code, source->range, parsed.error,
                   "write a URL such as https://example.com/file.rpm");
    }
  }
  check_checksum(item, findings);
  const YamlNode* const ignoring = literal(item, "ignoreCertificateErrors");
  if (ignoring != nullptr && (ignoring->text == "true" || ignoring->text == "True" || ignoring->text == "TRUE")) {
    findings.add("certificate-errors-ignored"_code, ignoring->range,
                 "the server may be anyone: its certificate is not verified",
                 "add its certificate authority to the machine instead, or verify a `checksum`");
  }
}

void check_s3_download(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  check_bucket_owner(item, "expectedBucketOwner", findings);
  const YamlNode* const source = check_location(item, "source", findings);
  if (source == nullptr) return;
  const auto key = parse_s3_location(source->text).key;
  if (key.empty()) {
    findings.add("s3-location"_code, source->range, "the key is missing, as in s3://bucket/key or s3://bucket/*");
    return;
  }
  const auto wildcard = key.find('*');
  if (wildcard == std::string::npos) {
    const YamlNode* const destination = literal(item, "destination");
    if (destination != nullptr && destination->text.ends_with('/')) {
      findings.add("s3-destination-is-folder"_code, destination->range,
                   "one object is written to a file, whose name is missing here", "add the name of the file");
    }
  } else if (wildcard + 1 != key.size()) {
    findings.add("s3-wildcard-place"_code, source->range, "`*` may stand only at the end of a key",
                 "download the whole prefix, and remove what is not needed");
  } else if (key != "*" && !key.ends_with("/*")) {
    findings.add("s3-prefix-without-slash"_code, source->range,
                 "this matches everything that begins so: `app*` is `app/...` and `application/...`",
                 "end it with `/*`");
  }
}

void check_s3_upload(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  check_bucket_owner(item, "expectedBucketOwner", findings);
  check_location(item, "destination", findings);
  const YamlNode* const source = literal(item, "source");
  if (source != nullptr && wildcard_in(source->text) == Wildcard::misplaced) {
    findings.add("wildcard-place"_code, source->range, "`*` may only stand in the file name, after the last separator",
                 "name the folder, and give one item per folder");
  }
}

void check_execute_document(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  check_bucket_owner(item, "document-s3-bucket-owner", findings);
  const YamlNode* const document = literal(item, "document");
  if (document == nullptr || document->text.empty()) return;
  if (document->text.starts_with("s3://")) {
    const S3Location location = parse_s3_location(document->text);
    const std::string error = location.error.empty() && location.key.empty()
                                  ? in_backticks(document->text) + " names no object"
                                  : location.error;
    if (!error.empty()) findings.add("s3-location"_code, document->range, error, "write s3://bucket/key");
  } else if (looks_like_arn(document->text)) {
    try {
      static_cast<void>(parse_component_arn(document->text));
    } catch (const Fault& fault) {
      findings.add("component-arn"_code, document->range, fault.message(), fault.remedy());
    }
  }
}

}  // namespace ibtest
