#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "runner/cli/run_options.hpp"

namespace ibtest {

/// What flags of `awstoe run` and fields of its config file have in common (section 7.3 of the language
/// specification). An empty text is the same as none.
struct AwstoeSettings {
  std::string cw_log_group;
  std::string cw_log_region;
  std::string cw_log_stream;
  std::string document_s3_bucket_owner;
  std::string execution_id;
  std::string log_directory;
  std::string log_s3_bucket_name;
  std::string log_s3_bucket_owner;
  std::string log_s3_key_prefix;
  std::string phases;  ///< with commas between the names
  std::string state_directory;
  std::optional<bool> cw_ignore_failures;
  std::optional<bool> trace;
  std::vector<RunDocument> documents;
  ParameterValues parameters;  ///< for all documents
};

/// One setting: the field of a config file, the flag, the member.
template <typename Value>
struct AwstoeSetting {
  const char* field;
  const char* flags;  ///< as CLI11 takes them: "--phases,-p"
  Value AwstoeSettings::*member;
};

/// The flags and the config file both read these tables.
inline constexpr std::array<AwstoeSetting<std::string>, 11> awstoe_text_settings = {{
    {"cwLogGroup", "--cw-log-group", &AwstoeSettings::cw_log_group},
    {"cwLogRegion", "--cw-log-region", &AwstoeSettings::cw_log_region},
    {"cwLogStream", "--cw-log-stream", &AwstoeSettings::cw_log_stream},
    {"documentS3BucketOwner", "--document-s3-bucket-owner", &AwstoeSettings::document_s3_bucket_owner},
    {"executionId", "--execution-id,-i", &AwstoeSettings::execution_id},
    {"logDirectory", "--log-directory,-l", &AwstoeSettings::log_directory},
    {"logS3BucketName", "--log-s3-bucket-name,-b", &AwstoeSettings::log_s3_bucket_name},
    {"logS3BucketOwner", "--log-s3-bucket-owner", &AwstoeSettings::log_s3_bucket_owner},
    {"logS3KeyPrefix", "--log-s3-key-prefix,-k", &AwstoeSettings::log_s3_key_prefix},
    {"phases", "--phases,-p", &AwstoeSettings::phases},
    {"stateDirectory", "--state-directory,-s", &AwstoeSettings::state_directory},
}};
inline constexpr std::array<AwstoeSetting<std::optional<bool>>, 2> awstoe_switches = {{
    {"cwIgnoreFailures", "--cw-ignore-failures", &AwstoeSettings::cw_ignore_failures},
    {"trace", "--trace,-t", &AwstoeSettings::trace},
}};

/// `ibtest awstoe run` as asked for on the command line.
struct AwstoeRunOptions {
  RunOptions run;           ///< what flags of ibtest's own say
  AwstoeSettings settings;  ///< what the other flags say
  std::string config;       ///< file or S3 URI; empty: none
};

/// `ibtest awstoe validate`.
struct AwstoeValidateOptions : DocumentOptions {
  std::string documents_text;                ///< as typed (CLI-13)
  std::vector<std::string> documents;        ///< may be empty (CLI-17)
  std::vector<Platform> platforms;           ///< to validate for; at least one (CLI-16)
  std::vector<std::string> blocked_actions;  ///< whose use is an error (GEN-15)
  bool trace = false;
};

}  // namespace ibtest
