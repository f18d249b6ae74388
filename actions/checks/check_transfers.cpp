#include "actions/checks/check_transfers.hpp"

#include <algorithm>
#include <string>

#include "actions/checks/check_values.hpp"
#include "actions/inputs/component_arn.hpp"
#include "actions/inputs/input_field.hpp"
#include "actions/inputs/s3_location.hpp"
#include "agent/document/document.hpp"
#include "agent/document/unicode.hpp"
#include "agent/http/digest.hpp"
#include "agent/http/web_url.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

bool is_given(const YamlNode& item, std::string_view key) {
  const YamlNode* const value = item.find(key);
  return value != nullptr && !value->is_null();
}

/// The digest at the beginning of what `sha256sum` and the like print, or the algorithm that the length speaks for.
std::string suggest_checksum(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789abcdefABCDEF"), text.size());
  for (const std::string_view name : digest_names) {
    const auto algorithm = digest_from_name(name);
    if (!algorithm || digest_length(*algorithm) != digits) continue;
    return digits < text.size() ? "remove what follows the digits"
                                : "these are as many as " + std::string(name) + " has: is `algorithm` right?";
  }
  return "copy the whole digest";
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
  const YamlNode* const checksum = literal_input(item, "checksum");
  const YamlNode* const algorithm = literal_input(item, "algorithm");
  const auto known = algorithm == nullptr ? std::nullopt : digest_from_name(algorithm->text);
  if (checksum == nullptr || !known) return;
  const bool fits = checksum->text.size() == digest_length(*known) &&
                    checksum->text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (fits) return;
  findings.add("checksum-form"_code, checksum->range,
               "no file has this " + std::string(digest_name(*known)) + " digest: it must have " +
                   std::to_string(digest_length(*known)) + " hexadecimal digits",
               suggest_checksum(checksum->text));
}

std::string suggest_account(std::string_view text) {
  constexpr std::size_t length = 12;
  std::string digits(text);
  std::erase(digits, '-');
  if (digits.find_first_not_of("0123456789") != std::string::npos || digits.size() > length ||
      digits.size() + 2 < length)
    return "write the ID of the account, in quotes";
  if (digits.size() == length) return "write '" + digits + "'";
  return "write '" + std::string(length - digits.size(), '0') + digits + "' if leading zeros were lost";
}

/// `${NAME}` is for a shell, or for the program that makes documents of this template: what will stand there is not
/// known here (PATH-2).
bool has_placeholder(const YamlNode& value, Findings& findings) {
  const std::size_t begin = value.text.find("${");
  const std::size_t end = begin == std::string::npos ? begin : value.text.find('}', begin);
  if (end == std::string::npos) return false;
  findings.add("path-not-expanded"_code, value.range,
               in_backticks(value.text.substr(begin, end + 1 - begin)) + " is not expanded here, only in scripts",
               "fill it in before the document is used, or take it from a parameter");
  return true;
}

void check_bucket_owner(const YamlNode& item, std::string_view key, Findings& findings) {
  const YamlNode* const owner = literal_input(item, key);
  if (owner == nullptr || has_placeholder(*owner, findings)) return;
  if (auto error = account_error(key, owner->text); !error.empty()) {
    findings.add("bucket-owner"_code, owner->range, std::move(error), suggest_account(owner->text));
  }
}

/// Null pointer when the location is wrong, or known only at run time.
const YamlNode* check_location(const YamlNode& item, std::string_view key, Findings& findings) {
  const YamlNode* const value = literal_input(item, key);
  if (value == nullptr || has_placeholder(*value, findings)) return nullptr;
  if (auto error = parse_s3_location(value->text).error; !error.empty()) {
    const std::string location = s3_form(value->text);
    findings.add("s3-location"_code, value->range, std::move(error),
                 "write " + (location.empty() ? "s3://bucket/key" : in_backticks(location)));
    return nullptr;
  }
  return value;
}

/// A folder as destination keeps the name in the URL, which must have one.
void check_name(const YamlNode& item, Findings& findings) {
  const YamlNode* const source = literal_input(item, "source");
  const YamlNode* const destination = literal_input(item, "destination");
  if (source == nullptr || destination == nullptr || !destination->text.ends_with('/')) return;
  const auto parsed = parse_url(source->text);
  if (!parsed.url || file_name_in(*parsed.url).error.empty()) return;
  findings.add("download-without-name"_code, destination->range,
               "the URL has no file name that a file in this folder could get",
               "add the name of the file, e.g. " + in_backticks(destination->text + "download"));
}

std::string without_slash(std::string text) {
  while (text.ends_with('/'))
    text.pop_back();
  return text;
}

std::string suggest_url(const std::string& text) {
  if (text.starts_with("s3://")) return "use S3Download for objects in S3";
  const bool is_local = text.starts_with('/') || text.starts_with('.') || text.starts_with("file:");
  if (is_local) return "use CopyFile for files of the machine";
  const bool is_host = text.find("://") == std::string::npos && text.find('.') < text.find('/');
  return "write " + in_backticks(is_host ? "https://" + text : "https://example.com/file.rpm");
}

/// What an earlier item or a part of a prefix got is in the way of a second attempt (LIST-3). What a download leaves
/// behind when it fails itself is removed, so that a single file, or the last one, may be tried again.
void check_repetition(const YamlNode& item, const Step& step, bool is_prefix, Findings& findings) {
  const YamlNode* const overwrite = literal_input(item, "overwrite");
  if (overwrite == nullptr || !equal_without_case(overwrite->text, "false")) return;
  const bool is_last = !step.inputs || step.inputs->items.empty() || &item == &step.inputs->items.back();
  if (step.max_attempts.value_or(1) <= 1 || (is_last && !is_prefix)) return;
  findings.add("not-repeatable"_code, overwrite->range,
               "a second attempt starts again from the first file and refuses to overwrite what the first attempt got",
               "remove `maxAttempts`, or set `overwrite: true`");
}

}  // namespace

void check_web_download(const YamlNode& item, const Step& step, Findings& findings) {
  check_repetition(item, step, false, findings);
  const YamlNode* const source = literal_input(item, "source");
  if (source != nullptr && !has_placeholder(*source, findings)) {
    if (const auto parsed = parse_url(source->text); !parsed.url) {
      const bool has_scheme = source->text.find("://") != std::string::npos;
      findings.add("source-not-url"_code, source->range,
                   has_scheme ? parsed.error
                              : in_backticks(source->text) + " is no URL: it begins with neither http:// nor https://",
                   suggest_url(source->text));
    }
  }
  check_name(item, findings);
  check_checksum(item, findings);
  const YamlNode* const ignoring = literal_input(item, "ignoreCertificateErrors");
  if (ignoring != nullptr && (ignoring->text == "true" || ignoring->text == "True" || ignoring->text == "TRUE")) {
    findings.add("certificate-errors-ignored"_code, ignoring->range,
                 "the server may be anyone: its certificate is not verified",
                 "add its certificate authority to the machine instead, or verify a `checksum`");
  }
}

void check_s3_download(const YamlNode& item, const Step& step, Findings& findings) {
  check_bucket_owner(item, "expectedBucketOwner", findings);
  const YamlNode* const source = check_location(item, "source", findings);
  if (source == nullptr) return;
  const auto key = parse_s3_location(source->text).key;
  if (key.empty()) {
    findings.add("s3-location"_code, source->range, "the key is missing",
                 "write e.g. `" + without_slash(source->text) + "/*` for all objects of the bucket");
    return;
  }
  const auto wildcard = key.find('*');
  check_repetition(item, step, wildcard != std::string::npos, findings);
  if (wildcard == std::string::npos) {
    const YamlNode* const destination = literal_input(item, "destination");
    if (destination != nullptr && destination->text.ends_with('/')) {
      findings.add("s3-destination-is-folder"_code, destination->range,
                   "one object is written to a file, whose name is missing here",
                   "write " + in_backticks(destination->text + key.substr(key.rfind('/') + 1)));
    }
  } else if (wildcard + 1 != key.size()) {
    findings.add("s3-wildcard-place"_code, source->range, "`*` may stand only at the end of a key",
                 "download the whole prefix, and remove what is not needed");
  } else if (key != "*" && !key.ends_with("/*")) {
    findings.add(
        "s3-prefix-without-slash"_code, source->range,
        "this matches every key that begins with " + in_backticks(key.substr(0, wildcard)) + ", not one folder only",
        "write " + in_backticks(source->text.substr(0, source->text.size() - 1) + "/*"));
  }
}

void check_s3_upload(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  check_bucket_owner(item, "expectedBucketOwner", findings);
  check_location(item, "destination", findings);
  const YamlNode* const source = literal_input(item, "source");
  const YamlNode* const recurse = item.find("recurse");
  const bool may_recurse =
      recurse != nullptr && !recurse->is_null() && (!is_known_text(*recurse) || is_true(recurse->text));
  if (source == nullptr || may_recurse || !source->text.ends_with('/') || source->text.find('*') != std::string::npos)
    return;
  findings.add("s3-folder-without-recurse"_code, source->range, "a folder is uploaded only with `recurse: true`",
               "add `recurse: true`, or write `" + source->text + "*` for the files directly in it");
}

void check_execute_document(const YamlNode& item, const Step& /*step*/, Findings& findings) {
  check_bucket_owner(item, "document-s3-bucket-owner", findings);
  const YamlNode* const document = literal_input(item, "document");
  if (document == nullptr || document->text.empty() || has_placeholder(*document, findings)) return;
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
