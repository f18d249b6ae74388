#include "runner/s3/aws_request.hpp"

#include <array>
#include <ctime>
#include <exception>

#include <fmt/format.h>

#include "agent/http/perform.hpp"
#include "runner/exchange/exchange_handler.hpp"
#include "runner/s3/aws_signature.hpp"

namespace ibtest {

namespace {

constexpr long status_ok = 200;
constexpr std::size_t longest_body = 4U << 20U;
constexpr long receive_buffer = 256L << 10U;

std::string time_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

class Transfer {
 public:
  explicit Transfer(const AwsRequest& request) : request_(request), easy_(curl_easy_init()) {
    if (!easy_) throw std::bad_alloc();
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);  // keys may hold dots
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_USERAGENT, "ibtest/" IBTEST_VERSION);
    set(CURLOPT_BUFFERSIZE, receive_buffer);
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.connect_seconds));
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_seconds));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_CAINFO, request.trust.file.empty() ? nullptr : request.trust.file.c_str());
    set(CURLOPT_CAPATH, request.trust.folder.empty() ? nullptr : request.trust.folder.c_str());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    for (const auto& header :
         request.credentials ? signed_headers(request, *request.credentials, time_now()) : request.headers) {
      headers_.add(header.c_str());
    }
    set_method();
    set(CURLOPT_HTTPHEADER, headers_.get());
  }

  AwsResponse run(const std::function<bool()>& cancelled) {
    const auto [code, stopped] = perform(easy_.get(), cancelled);
    if (thrown_) std::rethrow_exception(thrown_);
    if (stopped) throw ExchangeCancelled{};
    if (code != CURLE_OK) {
      const std::string_view details = error_text_.data();
      throw AwsUnreachable(std::string(details.empty() ? curl_easy_strerror(code) : details), response_.received);
    }
    response_.status = status();
    curl_header* header = nullptr;
    while ((header = curl_easy_nextheader(easy_.get(), CURLH_HEADER, -1, header)) != nullptr) {
      std::string name = header->name;
      for (char& letter : name)
        letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
      response_.headers.insert_or_assign(std::move(name), header->value);
    }
    return std::move(response_);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  void set_method() {
    if (request_.method == "GET") return;
    set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    if (request_.method == "DELETE") return;
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(CURLOPT_POSTFIELDS, request_.body.empty() ? "" : request_.body.data());
    headers_.add("Expect:");
  }

  [[nodiscard]] long status() const {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  void announce_size() const {
    curl_off_t announced = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    if (announced > 0 && request_.announce) request_.announce(static_cast<std::uint64_t>(announced));
  }

  static std::size_t on_body(char* bytes, std::size_t /*one*/, std::size_t size, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.request_.receive && transfer.status() == status_ok) {
      // No exception may pass through libcurl.
      try {
        if (transfer.response_.received == 0) transfer.announce_size();
        transfer.request_.receive({bytes, size});
      } catch (...) {
        transfer.thrown_ = std::current_exception();
        return CURL_WRITEFUNC_ERROR;
      }
      transfer.response_.received += size;
      return size;
    }
    if (transfer.response_.body.size() + size > longest_body) return CURL_WRITEFUNC_ERROR;
    transfer.response_.body.append(bytes, size);
    return size;
  }

  const AwsRequest& request_;
  std::array<char, CURL_ERROR_SIZE> error_text_{};
  CurlList headers_;
  CurlEasy easy_;  // after what it points to
  AwsResponse response_;
  std::exception_ptr thrown_;
};

}  // namespace

AwsResponse send_request(const AwsRequest& request, const std::function<bool()>& cancelled) {
  return Transfer(request).run(cancelled);
}

std::string percent_encoded(std::string_view text, std::string_view keep) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char character : text) {
    if (plain.find(character) != std::string_view::npos || keep.find(character) != std::string_view::npos) {
      encoded += character;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
  }
  return encoded;
}

}  // namespace ibtest
