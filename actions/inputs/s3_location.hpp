#pragma once

#include <string>
#include <string_view>

#include "actions/action_context.hpp"

namespace ibtest {

/// `s3://bucket/key`, the key as literal text (S3DOWNLOAD-10).
struct S3Location {
  std::string bucket;
  std::string key;    ///< may be empty
  std::string error;  ///< why the text is no location; empty when it is one
};
[[nodiscard]] S3Location parse_s3_location(std::string_view text);

/// The `s3://` form of an object's ARN or web address; empty when it is neither.
[[nodiscard]] std::string s3_form(std::string_view text);

/// Why the text of an input is no account; empty for twelve digits, and for no text at all (S3DOWNLOAD-9).
[[nodiscard]] std::string account_error(std::string_view input, std::string_view text);

/// Passes on what the developer's machine wants the user to know.
void show_warnings(const nlohmann::json& answer, ActionContext& context);

}  // namespace ibtest
