#include "runner/s3/aws_profile.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace ibtest {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string expanded(std::string path, const EnvironmentVariables& environment) {
  if (path.starts_with("~/")) path.replace(0, 1, variable_of(environment, "HOME"));
  return path;
}

}  // namespace

std::map<std::string, AwsSettings, std::less<>> parse_aws_file(std::string_view text) {
  std::map<std::string, AwsSettings, std::less<>> sections;
  AwsSettings* section = nullptr;
  std::string outer;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto content = trimmed(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      section = &sections[std::string(trimmed(content.substr(1, content.find(']') - 1)))];
      outer.clear();
      continue;
    }
    const auto equals = content.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    const std::string key(trimmed(content.substr(0, equals)));
    const auto value = trimmed(content.substr(equals + 1));
    const bool nested = blanks.find(line.front()) != std::string_view::npos && !outer.empty();
    if (!nested) outer = value.empty() ? key : std::string();
    section->insert_or_assign(nested ? fmt::format("{}.{}", outer, key) : key, std::string(value));
  }
  return sections;
}

AwsProfiles::AwsProfiles(const EnvironmentVariables& environment) {
  const auto place = [&environment](const char* name, const char* usual) {
    const auto given = variable_of(environment, name);
    return expanded(given.empty() ? usual : given, environment);
  };
  config_file_ = place("AWS_CONFIG_FILE", "~/.aws/config");
  credentials_file_ = place("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  for (const auto* const name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}) {
    const auto given = variable_of(environment, name);
    if (given.empty()) continue;
    chosen_ = given;
    chosen_explicitly_ = true;
    break;
  }
  config_ = parse_aws_file(read_file(config_file_));
  credentials_ = parse_aws_file(read_file(credentials_file_));
}

std::optional<AwsSettings> AwsProfiles::find(const std::string& profile) const {
  auto in_config = config_.find("profile " + profile);
  if (in_config == config_.end() && profile == "default") in_config = config_.find("default");
  const auto in_credentials = credentials_.find(profile);
  if (in_config == config_.end() && in_credentials == credentials_.end()) return std::nullopt;
  AwsSettings settings;
  if (in_credentials != credentials_.end()) settings = in_credentials->second;
  if (in_config != config_.end()) settings.insert(in_config->second.begin(), in_config->second.end());
  return settings;
}

const AwsSettings* AwsProfiles::services(const std::string& name) const {
  const auto found = config_.find("services " + name);
  return found == config_.end() ? nullptr : &found->second;
}

std::string variable_of(const EnvironmentVariables& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string setting_of(const AwsSettings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

}  // namespace ibtest
