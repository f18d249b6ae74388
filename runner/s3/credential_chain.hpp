#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "runner/s3/aws_profile.hpp"
#include "runner/s3/aws_request.hpp"

namespace ibtest {

/// The credentials of this machine, from the first place that has some (EMU-10): environment variables, web identity,
/// the profile of the shared files (keys, credential_process, a role), the container's endpoint, the instance's
/// metadata service. Nothing is looked for before it is needed; what was found is kept until it expires.
class CredentialChain {
 public:
  CredentialChain(const EnvironmentVariables& environment, const AwsProfiles& profiles, const std::string& region,
                  const TrustStore& trust)
      : environment_(environment), profiles_(profiles), region_(region), trust_(trust) {}

  /// Throws ExchangeFailure with the list of places tried when there are none. Usable on any thread.
  [[nodiscard]] AwsCredentials get(const std::function<bool()>& cancelled);

 private:
  using Cancelled = std::function<bool()>;
  [[nodiscard]] std::optional<AwsCredentials> from_environment() const;
  [[nodiscard]] std::optional<AwsCredentials> from_web_identity(const Cancelled& cancelled) const;
  [[nodiscard]] std::optional<AwsCredentials> from_profile(const std::string& name, int depth,
                                                           const Cancelled& cancelled) const;
  [[nodiscard]] std::optional<AwsCredentials> from_container(const Cancelled& cancelled) const;
  [[nodiscard]] std::optional<AwsCredentials> from_instance(const Cancelled& cancelled) const;
  [[nodiscard]] AwsCredentials assume_role(const std::string& parameters, std::optional<AwsCredentials> by,
                                           const Cancelled& cancelled) const;

  const EnvironmentVariables& environment_;
  const AwsProfiles& profiles_;
  std::string region_;
  TrustStore trust_;
  std::mutex mutex_;
  std::optional<AwsCredentials> found_;
};

}  // namespace ibtest
