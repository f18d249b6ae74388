#pragma once

#include <string>

#include "runner/s3/aws_request.hpp"

namespace ibtest {

/// What S3 says in the body of an error, and what to do: "AccessDenied: Access Denied (status 403); ...".
[[nodiscard]] std::string s3_error_text(const AwsResponse& response);

/// Worth another try: the server is busy or broken for the moment.
[[nodiscard]] bool is_passing_error(const AwsResponse& response);

}  // namespace ibtest
