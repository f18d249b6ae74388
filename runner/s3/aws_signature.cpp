#include "runner/s3/aws_signature.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "agent/http/digest.hpp"

namespace ibtest {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string sha256(std::string_view bytes) {
  Digest digest(DigestAlgorithm::sha256);
  digest.update(bytes);
  return digest.finish();
}

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  ::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), bytes.data(), &size);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes)
    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

struct UrlParts {
  std::string host;
  std::string path;
  std::string query;  ///< in the order of its names
};

UrlParts parts_of(std::string_view url) {
  const bool plain = url.starts_with("http://");
  url.remove_prefix(url.find("://") + 3);
  const auto slash = std::min(url.find_first_of("/?"), url.size());
  auto host = url.substr(0, slash);
  // As HTTP wants it: without the usual port.
  if (const std::string_view port = plain ? ":80" : ":443"; host.ends_with(port)) host.remove_suffix(port.size());
  const auto mark = std::min(url.find('?', slash), url.size());
  UrlParts parts{std::string(host), std::string(url.substr(slash, mark - slash)), {}};
  if (parts.path.empty()) parts.path = "/";
  std::vector<std::string_view> pairs;
  for (auto rest = url.substr(std::min(mark + 1, url.size())); !rest.empty();) {
    const auto end = std::min(rest.find('&'), rest.size());
    pairs.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::ranges::sort(pairs);
  parts.query = fmt::format("{}", fmt::join(pairs, "&"));
  return parts;
}

/// By names in lower case, in order.
std::map<std::string, std::string> headers_by_name(const std::vector<std::string>& lines) {
  std::map<std::string, std::string> headers;
  for (const auto& line : lines) {
    const auto colon = line.find(':');
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](char letter) {
      return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    const auto value = line.find_first_not_of(' ', colon + 1);
    headers.emplace(std::move(name), value == std::string::npos ? std::string() : line.substr(value));
  }
  return headers;
}

}  // namespace

std::vector<std::string> signed_headers(const AwsRequest& request, const AwsCredentials& credentials,
                                        std::string_view time) {
  const auto url = parts_of(request.url);
  const auto payload = sha256(request.body);
  auto lines = request.headers;
  lines.push_back("host: " + url.host);
  lines.push_back(fmt::format("x-amz-date: {}", time));
  lines.push_back("x-amz-content-sha256: " + payload);
  if (!credentials.token.empty()) lines.push_back("x-amz-security-token: " + credentials.token);

  std::string canonical = fmt::format("{}\n{}\n{}\n", request.method, url.path, url.query);
  std::string names;
  for (const auto& [name, value] : headers_by_name(lines)) {
    canonical += fmt::format("{}:{}\n", name, value);
    names += (names.empty() ? "" : ";") + name;
  }
  canonical += fmt::format("\n{}\n{}", names, payload);

  const auto date = time.substr(0, time.find('T'));
  const auto scope = fmt::format("{}/{}/{}/aws4_request", date, request.region, request.service);
  const auto key =
      hmac(hmac(hmac(hmac("AWS4" + credentials.secret, date), request.region), request.service), "aws4_request");
  const auto signature =
      hexadecimal(hmac(key, fmt::format("{}\n{}\n{}\n{}", algorithm, time, scope, sha256(canonical))));
  lines.push_back(fmt::format("Authorization: {} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm,
                              credentials.key_id, scope, names, signature));
  return lines;
}

}  // namespace ibtest
