#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/http/trust_store.hpp"

namespace ibtest {

/// The settings of one section: "region", and for settings below another one "s3.endpoint_url".
using AwsSettings = std::map<std::string, std::string, std::less<>>;

/// The sections of a shared file of the AWS command line, by their names as written ("profile dev", "services local").
[[nodiscard]] std::map<std::string, AwsSettings, std::less<>> parse_aws_file(std::string_view text);

/// The shared config and credentials files that the environment names, or the usual ones.
class AwsProfiles {
 public:
  explicit AwsProfiles(const EnvironmentVariables& environment);

  /// Both files together; the credentials file wins. Nothing when neither has the profile.
  [[nodiscard]] std::optional<AwsSettings> find(const std::string& profile) const;
  [[nodiscard]] const AwsSettings* services(const std::string& name) const;
  /// AWS_PROFILE, AWS_DEFAULT_PROFILE, "default".
  [[nodiscard]] const std::string& chosen() const { return chosen_; }
  /// Somebody asked for this profile, so that it must be there.
  [[nodiscard]] bool chosen_explicitly() const { return chosen_explicitly_; }
  /// For messages: the paths of both files.
  [[nodiscard]] std::string places() const { return config_file_ + ", " + credentials_file_; }

 private:
  std::string config_file_;
  std::string credentials_file_;
  std::string chosen_ = "default";
  bool chosen_explicitly_ = false;
  std::map<std::string, AwsSettings, std::less<>> config_;
  std::map<std::string, AwsSettings, std::less<>> credentials_;
};

/// The value of a variable; empty when it is not set.
[[nodiscard]] std::string variable_of(const EnvironmentVariables& environment, const std::string& name);
/// The value of a setting; empty when there is none.
[[nodiscard]] std::string setting_of(const AwsSettings& settings, std::string_view name);

}  // namespace ibtest
