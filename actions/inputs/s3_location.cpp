#include "actions/inputs/s3_location.hpp"

#include <algorithm>

namespace ibtest {

namespace {

constexpr std::string_view scheme = "s3://";

// The rules of S3 for names, as far as an address could go wrong by them: old buckets may have upper-case letters, and
// buckets that are not in AWS may have short names.
bool is_bucket_name(std::string_view name) {
  constexpr std::size_t longest = 255;
  const auto fits = [](unsigned char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           letter == '.' || letter == '-' || letter == '_';
  };
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, fits) &&
         name.find("..") == std::string_view::npos && name.front() != '.';
}

}  // namespace

S3Location parse_s3_location(std::string_view text) {
  S3Location location;
  if (!text.starts_with(scheme)) {
    location.error = "`" + std::string(text) + "` does not begin with s3://; only s3://bucket/key is accepted";
    return location;
  }
  text.remove_prefix(scheme.size());
  const auto slash = std::min(text.find('/'), text.size());
  location.bucket = text.substr(0, slash);
  if (slash < text.size()) location.key = text.substr(slash + 1);
  if (!is_bucket_name(location.bucket)) {
    location.error = location.bucket.empty() ? "the bucket is missing, as in s3://bucket/key"
                                             : "`" + location.bucket + "` is no name of a bucket";
  } else if (location.key.find('\0') != std::string::npos) {
    location.error = "the key holds a NUL character";
  }
  return location;
}

std::string s3_form(std::string_view text) {
  constexpr std::string_view arn = ":s3:::";
  if (text.starts_with("arn:") && text.find(arn) != std::string_view::npos)
    return std::string(scheme) + std::string(text.substr(text.find(arn) + arn.size()));
  const std::size_t host_begin = text.find("://");
  if (host_begin == std::string_view::npos) return {};
  text.remove_prefix(host_begin + 3);
  const std::size_t host_end = std::min(text.find('/'), text.size());
  const std::string_view host = text.substr(0, host_end);
  if (host.find(".amazonaws.com") == std::string_view::npos) return {};
  const std::string path(text.substr(host_end, std::min(text.find('?'), text.size()) - host_end));
  if (host.starts_with("s3.") || host.starts_with("s3-")) return path.size() > 1 ? "s3:/" + path : std::string();
  const std::size_t service = std::min(host.find(".s3."), host.find(".s3-"));
  if (service == std::string_view::npos) return {};
  return std::string(scheme) + std::string(host.substr(0, service)) + path;
}

std::string account_error(std::string_view input, std::string_view text) {
  constexpr std::size_t digits = 12;
  if (text.empty()) return {};
  if (text.size() == digits && text.find_first_not_of("0123456789") == std::string_view::npos) return {};
  return std::string(input) + " `" + std::string(text) + "` is no account: it must have 12 digits";
}

void show_warnings(const nlohmann::json& answer, ActionContext& context) {
  const auto found = answer.find("warnings");
  if (found == answer.end() || !found->is_array()) return;
  for (const auto& warning : *found) {
    if (warning.is_string()) context.warn(warning.get<std::string>());
  }
}

}  // namespace ibtest
