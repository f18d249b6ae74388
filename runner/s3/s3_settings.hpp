#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "runner/s3/aws_profile.hpp"

namespace ibtest {

/// What the command line says of S3.
struct S3Options {
  std::string endpoint = {};                              ///< --s3-endpoint
  std::map<std::string, std::filesystem::path> map = {};  ///< --s3-map: buckets that are folders (EMU-14)
  std::map<std::string, std::string> bucket_owners = {};  ///< --s3-bucket-owner (EMU-15)
  bool offline = false;                                   ///< --s3-offline: no network
  bool unsigned_requests = false;                         ///< --s3-no-sign
  bool virtual_hosts = false;                             ///< --s3-virtual-hosts: also with an endpoint of one's own
};

/// Where S3 is (EMU-12).
struct S3Endpoint {
  std::string region;  ///< AWS_REGION, AWS_DEFAULT_REGION, the profile's, us-east-1
  std::string base;    ///< "http://localhost:9000"; empty: the regional endpoint of AWS
};
[[nodiscard]] S3Endpoint find_s3_endpoint(const S3Options& options, const EnvironmentVariables& environment,
                                          const AwsProfiles& profiles);

}  // namespace ibtest
