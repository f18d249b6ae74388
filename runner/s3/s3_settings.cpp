#include "runner/s3/s3_settings.hpp"

#include <initializer_list>

namespace ibtest {

namespace {

std::string first_of(std::initializer_list<std::string> values) {
  for (const auto& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

std::string endpoint_of(const S3Options& options, const EnvironmentVariables& environment, const AwsProfiles& profiles,
                        const AwsSettings& profile) {
  if (!options.endpoint.empty()) return options.endpoint;
  const bool ignored = first_of({variable_of(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
                                 setting_of(profile, "ignore_configured_endpoint_urls")}) == "true";
  if (ignored) return {};
  const auto* const services = profiles.services(setting_of(profile, "services"));
  return first_of({variable_of(environment, "AWS_ENDPOINT_URL_S3"), variable_of(environment, "AWS_ENDPOINT_URL"),
                   services == nullptr ? std::string() : setting_of(*services, "s3.endpoint_url"),
                   setting_of(profile, "endpoint_url")});
}

}  // namespace

S3Endpoint find_s3_endpoint(const S3Options& options, const EnvironmentVariables& environment,
                            const AwsProfiles& profiles) {
  const auto profile = profiles.find(profiles.chosen()).value_or(AwsSettings());
  S3Endpoint endpoint{first_of({variable_of(environment, "AWS_REGION"), variable_of(environment, "AWS_DEFAULT_REGION"),
                                setting_of(profile, "region"), "us-east-1"}),
                      endpoint_of(options, environment, profiles, profile)};
  while (endpoint.base.ends_with('/'))
    endpoint.base.pop_back();
  return endpoint;
}

}  // namespace ibtest
