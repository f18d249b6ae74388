#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "agent/http/trust_store.hpp"

namespace ibtest {

struct AwsCredentials {
  std::string key_id = {};
  std::string secret = {};
  std::string token = {};                    ///< of a session; may be empty
  std::optional<std::int64_t> expires = {};  ///< seconds since 1970
};

/// One request to a service of AWS or to its kin; whole bodies in memory, response bodies as they come if wanted.
struct AwsRequest {
  std::string method = "GET";
  std::string url = {};                   ///< percent-encoded
  std::vector<std::string> headers = {};  ///< "name: value"
  std::string_view body = {};
  std::optional<AwsCredentials> credentials = {};  ///< signs the request (Signature Version 4)
  std::string region = {};
  std::string service = {};
  TrustStore trust = {};
  std::int64_t connect_seconds = 30;
  std::int64_t stall_seconds = 120;
  /// Takes the body of a response with status 200, piece by piece. What it throws ends the transfer and passes through.
  std::function<void(std::string_view bytes)> receive = {};
  /// Gets, before `receive` is called, how many bytes the server says that there are.
  std::function<void(std::uint64_t size)> announce = {};
};

struct AwsResponse {
  long status = 0;
  std::string body;                            ///< at most 4 MiB; without what `receive` took
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::uint64_t received = 0;                  ///< bytes that `receive` took
};

/// The server could not be talked to; the text has no secrets.
class AwsUnreachable : public std::runtime_error {
 public:
  AwsUnreachable(const std::string& what, std::uint64_t received) : std::runtime_error(what), received_(received) {}
  [[nodiscard]] std::uint64_t received() const { return received_; }

 private:
  std::uint64_t received_;
};

/// Sends the request. Throws AwsUnreachable, and ExchangeCancelled when `cancelled` says so.
[[nodiscard]] AwsResponse send_request(const AwsRequest& request, const std::function<bool()>& cancelled);

/// Percent-encoded as Signature Version 4 wants it; `keep` are characters that stay, such as "/".
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view keep = {});

}  // namespace ibtest
