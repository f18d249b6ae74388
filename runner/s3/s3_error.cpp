#include "runner/s3/s3_error.hpp"

#include <array>
#include <pugixml.hpp>
#include <utility>

#include <fmt/format.h>

namespace ibtest {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> hints = {{
    {"AccessDenied", "check the permissions of the credentials, and `expectedBucketOwner`"},
    {"NoSuchBucket", "check the name of the bucket"},
    {"NoSuchKey", "check the key; keys are literal text, and letter case counts"},
    {"InvalidAccessKeyId", "the server does not know these credentials"},
    {"SignatureDoesNotMatch", "the secret key does not belong to the access key"},
    {"ExpiredToken", "log in again"},
    {"RequestTimeTooSkewed", "set this machine's clock"},
    {"PermanentRedirect", "set AWS_REGION to the region of the bucket"},
    {"AuthorizationHeaderMalformed", "set AWS_REGION to the region of the bucket"},
}};

}  // namespace

std::string s3_error_text(const AwsResponse& response) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  const auto error = document.child("Error");
  std::string code = error.child("Code").text().get();
  const std::string message = error.child("Message").text().get();
  if (code.empty() && response.status == 403) code = "AccessDenied";
  std::string text =
      code.empty() ? fmt::format("the server answered with status {}", response.status)
                   : fmt::format("{}{}{} (status {})", code, message.empty() ? "" : ": ", message, response.status);
  for (const auto& [known, hint] : hints) {
    if (code == known) text += fmt::format("; {}", hint);
  }
  return text;
}

bool is_passing_error(const AwsResponse& response) {
  return response.status == 429 || response.status == 500 || response.status == 502 || response.status == 503 ||
         response.status == 504;
}

}  // namespace ibtest
