#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "agent/http/trust_store.hpp"
#include "agent/http/web_url.hpp"

namespace ibtest {

/// How long a server may be silent (WEBDOWNLOAD-13).
struct HttpPatience {
  std::chrono::seconds connect{30};
  std::chrono::seconds stall{120};  ///< without a byte
};

/// One GET, redirects included.
struct HttpGet {
  WebUrl url;
  bool verify_certificates = true;   ///< false: neither chain nor name nor validity (WEBDOWNLOAD-12)
  EnvironmentVariables environment;  ///< HTTP_PROXY, HTTPS_PROXY, NO_PROXY (WEBDOWNLOAD-14)
  HttpPatience patience = {};
};

struct HttpListener {
  /// A piece of the body of a response with status 200, as the server sent it; false ends the transfer.
  std::function<bool(std::string_view bytes)> receive;
  /// Asked often; true ends the transfer.
  std::function<bool()> must_stop;
  /// Asked once, when TLS is needed.
  std::function<TrustStore()> trust;
  /// Often: how much has come, and how much will (0: unknown).
  std::function<void(std::uint64_t received, std::uint64_t total)> progress;
};

struct HttpResult {
  enum class End {
    complete,
    refused,    ///< will not be better next time
    temporary,  ///< connection errors, time-outs, status 408, 429, 5xx
    stopped,    ///< by must_stop
    unwanted,   ///< by receive
  };
  End end = End::complete;
  std::string error;  ///< what failed, why, and what to do; without user and password
};

/// Redirects are followed, at most 10, between http and https (WEBDOWNLOAD-9); any final status but 200 is an error
/// (WEBDOWNLOAD-10); the body is stored undecoded (WEBDOWNLOAD-7). Memory is bounded whatever comes.
[[nodiscard]] HttpResult http_get(const HttpGet& request, const HttpListener& listener);

}  // namespace ibtest
