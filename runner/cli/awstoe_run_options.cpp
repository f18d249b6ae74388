#include "runner/cli/awstoe_run_options.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "actions/inputs/s3_location.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/cli/awstoe_config.hpp"
#include "runner/cli/flag_parser.hpp"
#include "runner/documents/document_reader.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace {

AwstoeSettings read_config(const std::string& location, S3Store& store, std::vector<std::string>& warnings) {
  constexpr std::size_t limit = 1U << 20U;
  std::string text =
      looks_like_s3_uri(location) ? read_s3_text(store, location, {}, limit) : read_text_file(location, limit);
  if (text.size() > limit) throw Fault(ExitStatus::not_runnable, location + ": the file is larger than 1 MiB");
  return parse_awstoe_config(SourceText(location, std::move(text)), warnings);
}

// CFG-2
AwstoeSettings merged(AwstoeSettings flags, AwstoeSettings config) {
  for (const auto& setting : awstoe_text_settings) {
    if ((flags.*setting.member).empty()) flags.*setting.member = std::move(config.*setting.member);
  }
  for (const auto& setting : awstoe_switches) {
    if (!(flags.*setting.member)) flags.*setting.member = config.*setting.member;
  }
  flags.documents = std::move(config.documents);
  flags.parameters = std::move(config.parameters);
  return flags;
}

// It becomes the name of a folder.
void check_execution_id(const std::string& id) {
  constexpr std::size_t longest = 128;
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (id.size() <= longest && id.find_first_not_of(letters) == std::string::npos && !id.starts_with('.')) return;
  throw Fault(ExitStatus::not_runnable, fmt::format("the execution id cannot be `{}`", id),
              "use letters, digits, `-`, `_` and `.`; without one, a fresh id is made");
}

std::optional<std::vector<std::string>> phases_from(const std::string& text) {
  std::vector<std::string> phases;
  for (std::string name : split_at_commas(text)) {
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (!name.empty()) phases.push_back(std::move(name));
  }
  return phases.empty() ? std::nullopt : std::optional(std::move(phases));
}

void check_cloud_watch(const AwstoeSettings& settings, std::vector<std::string>& warnings) {
  if (settings.cw_log_group.empty() && settings.cw_log_region.empty() && settings.cw_log_stream.empty()) return;
  const std::string what = "a local run sends nothing to CloudWatch Logs";
  const std::string place = "console.log in the log folder has the same lines";
  if (settings.cw_ignore_failures.value_or(false)) {
    warnings.push_back(what + "; " + place);
    return;
  }
  throw Fault(ExitStatus::not_runnable, what,
              "leave the CloudWatch settings out, or add --cw-ignore-failures; " + place);
}

// RESUME-6
void check_state_directory(const std::string& directory, std::vector<std::string>& warnings) {
  std::error_code error;
  if (directory.empty() || std::filesystem::is_empty(directory, error) || error) return;
  warnings.push_back(fmt::format(
      "the state directory {} is not empty: in the cloud a marker left in it makes the next run resume an old one "
      "instead of its documents; ibtest keeps its state elsewhere and starts afresh",
      directory));
}

std::optional<LogUpload> log_upload(const AwstoeSettings& settings, std::vector<std::string>& warnings) {
  check_account("--log-s3-bucket-owner (logS3BucketOwner)", settings.log_s3_bucket_owner);
  if (settings.log_s3_bucket_name.empty()) {
    if (!settings.log_s3_key_prefix.empty() || !settings.log_s3_bucket_owner.empty())
      warnings.emplace_back("the logs are not uploaded: --log-s3-bucket-name (logS3BucketName) is missing");
    return std::nullopt;
  }
  const S3Location location = parse_s3_location("s3://" + settings.log_s3_bucket_name);
  if (!location.error.empty() || !location.key.empty())
    throw Fault(
        ExitStatus::not_runnable,
        fmt::format("--log-s3-bucket-name (logS3BucketName) `{}` is no name of a bucket", settings.log_s3_bucket_name),
        "give the bucket alone, and what stands before the names of files with --log-s3-key-prefix");
  return LogUpload{settings.log_s3_bucket_name, settings.log_s3_key_prefix, settings.log_s3_bucket_owner};
}

}  // namespace

RunOptions awstoe_run_options(const AwstoeRunOptions& options, S3Store& store, std::vector<std::string>& warnings) {
  const AwstoeSettings settings = options.config.empty()
                                      ? options.settings
                                      : merged(options.settings, read_config(options.config, store, warnings));
  check_account("--document-s3-bucket-owner (documentS3BucketOwner)", settings.document_s3_bucket_owner);
  check_execution_id(settings.execution_id);
  check_cloud_watch(settings, warnings);
  check_state_directory(settings.state_directory, warnings);
  RunOptions run = options.run;
  run.rules = RunRules::awstoe;
  run.format = OutputFormat::awstoe;
  run.stages = StageMode::single;
  run.documents = settings.documents;
  run.parameters = settings.parameters;
  run.phases = phases_from(settings.phases);
  run.document_bucket_owner = settings.document_s3_bucket_owner;
  run.execution_id = settings.execution_id;
  run.log_directory = settings.log_directory;
  run.log_upload = log_upload(settings, warnings);
  run.verbosity = settings.trace.value_or(false) ? Verbosity::verbose : Verbosity::quiet;
  return run;
}

}  // namespace ibtest
