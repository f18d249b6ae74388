#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/s3/aws_request.hpp"

namespace ibtest {

/// The header lines that sign a request with Signature Version 4, its own among them. Path and query of its URL must be
/// percent-encoded as percent_encoded() does. `time` is "20261123T162421Z". (libcurl can sign as well, but 8.14 takes
/// an encoded `+` in a query for a blank, and continuation tokens are full of them.)
[[nodiscard]] std::vector<std::string> signed_headers(const AwsRequest& request, const AwsCredentials& credentials,
                                                      std::string_view time);

}  // namespace ibtest
