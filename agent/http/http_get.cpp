#include "agent/http/http_get.hpp"

#include <array>
#include <new>

#include <fmt/format.h>

#include "agent/http/curl_handle.hpp"
#include "agent/http/perform.hpp"

namespace ibtest {

namespace {

using End = HttpResult::End;

constexpr int most_redirects = 10;
constexpr long receive_buffer = 256L << 10U;
constexpr long status_ok = 200;

std::string variable(const EnvironmentVariables& environment, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    const auto found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return {};
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_temporary(long status) {
  return status == 408 || status == 429 || status >= 500;
}

std::string_view status_hint(long status) {
  switch (status) {
    case 401:
    case 403:
      return "; the server wants credentials, or a signed URL has expired";
    case 404:
    case 410:
      return "; check the path of the URL";
    case 407:
      return "; the proxy wants credentials: http://user:password@proxy:port";
    default:
      return "";
  }
}

/// What failed for good, whatever the number of tries.
bool is_final(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_WEIRD_SERVER_REPLY:
      return true;
    default:
      return false;
  }
}

std::string_view hint_for(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "; check the host name, and that the target has a name server";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "; add the server's certificate authority to the target, or set `ignoreCertificateErrors: true` where "
             "nothing depends on it";
    case CURLE_SSL_CACERT_BADFILE:
      return "; SSL_CERT_FILE or SSL_CERT_DIR of the step's environment names what cannot be read";
    default:
      return "";
  }
}

/// One request and its response, without redirects.
class Exchange {
 public:
  Exchange(const HttpGet& request, const HttpListener& listener, const WebUrl& url, const TrustStore& trust)
      : listener_(listener), easy_(curl_easy_init()), patience_(request.patience) {
    if (!easy_) throw std::bad_alloc();
    set(CURLOPT_URL, url.text.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_USERAGENT, "ibtest/" IBTEST_VERSION);
    headers_.add("Accept-Encoding: identity");
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_HTTP_CONTENT_DECODING, 0L);
    set(CURLOPT_BUFFERSIZE, receive_buffer);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.patience.connect.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.patience.stall.count()));
    set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
    set(CURLOPT_WRITEDATA, this);
    set_proxy(url, request.environment);
    set_tls(request, trust);
  }

  /// Nothing for the address of a redirect, which is then in `location`.
  std::optional<HttpResult> run(std::string& location) {
    const auto [code, stopped] = perform(easy_.get(), [this] {
      report_progress();
      return listener_.must_stop();
    });
    if (unwanted_) return HttpResult{End::unwanted, {}};
    if (stopped) return HttpResult{End::stopped, "the download was stopped"};
    const long status = response_status();
    // A body that nobody wants is not read to its end.
    const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && status != status_ok && status != 0);
    if (!answered) return transport_error(code);
    if (status == status_ok) return HttpResult{};
    curl_header* header = nullptr;
    if (is_redirect(status) && curl_easy_header(easy_.get(), "Location", 0, CURLH_HEADER, -1, &header) == CURLHE_OK) {
      location = header->value;
      return std::nullopt;
    }
    return HttpResult{is_temporary(status) ? End::temporary : End::refused,
                      fmt::format("the server answered with status {} instead of 200{}", status, status_hint(status))};
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  // Set in any case: libcurl would look into this process's own environment otherwise.
  void set_proxy(const WebUrl& url, const EnvironmentVariables& environment) {
    const auto proxy = url.scheme == "https" ? variable(environment, {"HTTPS_PROXY", "https_proxy"})
                                             : variable(environment, {"HTTP_PROXY", "http_proxy"});
    const auto direct = variable(environment, {"NO_PROXY", "no_proxy"});
    set(CURLOPT_PROXY, proxy.c_str());
    set(CURLOPT_NOPROXY, direct.c_str());
  }

  void set_tls(const HttpGet& request, const TrustStore& trust) {
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!request.verify_certificates) {
      set(CURLOPT_SSL_VERIFYPEER, 0L);
      set(CURLOPT_SSL_VERIFYHOST, 0L);
      return;
    }
    // The paths that libcurl was built with are those of the machine that built it.
    set(CURLOPT_CAINFO, trust.file.empty() ? nullptr : trust.file.c_str());
    set(CURLOPT_CAPATH, trust.folder.empty() ? nullptr : trust.folder.c_str());
    if (trust.text.empty()) return;
    curl_blob bundle{const_cast<char*>(trust.text.data()), trust.text.size(), CURL_BLOB_COPY};
    set(CURLOPT_CAINFO_BLOB, &bundle);
  }

  static std::size_t on_body(char* bytes, std::size_t /*one*/, std::size_t size, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    if (exchange.response_status() != status_ok) return CURL_WRITEFUNC_ERROR;
    exchange.received_ += size;
    if (exchange.listener_.receive({bytes, size})) return size;
    exchange.unwanted_ = true;
    return CURL_WRITEFUNC_ERROR;
  }

  void report_progress() {
    if (received_ == 0) return;
    curl_off_t total = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
    listener_.progress(received_, total > 0 ? static_cast<std::uint64_t>(total) : 0);
  }

  [[nodiscard]] long response_status() const {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  [[nodiscard]] HttpResult transport_error(CURLcode code) const {
    if (code == CURLE_OPERATION_TIMEDOUT && received_stalled()) {
      return {End::temporary, fmt::format("the server sent nothing for {} s", patience_.stall.count())};
    }
    const std::string_view details = error_text_.data();
    return {is_final(code) ? End::refused : End::temporary,
            fmt::format("{}{}", details.empty() ? curl_easy_strerror(code) : details, hint_for(code))};
  }

  // The connection stood, so it was not the time-out of connecting.
  [[nodiscard]] bool received_stalled() const {
    curl_off_t connected = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
    return connected > 0;
  }

  const HttpListener& listener_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CurlList headers_;
  CurlEasy easy_;  // after what it points to
  HttpPatience patience_;
  std::uint64_t received_ = 0;
  bool unwanted_ = false;
};

}  // namespace

HttpResult http_get(const HttpGet& request, const HttpListener& listener) {
  WebUrl url = request.url;
  std::optional<TrustStore> trust;
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    const bool needs_trust = url.scheme == "https" && request.verify_certificates;
    if (needs_trust && !trust) {
      trust = listener.trust();
      if (trust->empty()) {
        return {End::refused,
                "there is no list of certificate authorities to verify the server with, neither in the target nor on "
                "the machine that ibtest runs on; install the package ca-certificates"};
      }
    }
    std::string location;
    if (auto result = Exchange(request, listener, url, trust.value_or(TrustStore{})).run(location)) {
      if (!result->error.empty() && redirects > 0)
        result->error += " (after a redirect to " + masked_url(url.text) + ")";
      return std::move(*result);
    }
    auto next = resolve_url(url, location);
    if (!next.url) return {End::refused, "following a redirect: " + next.error};
    url = std::move(*next.url);
  }
  return {End::refused, fmt::format("the server redirects more than {} times", most_redirects)};
}

}  // namespace ibtest
