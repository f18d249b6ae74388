#include "agent/http/http_get.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

/// A port where connections are taken by the kernel and never answered.
class SilentPort {
 public:
  SilentPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(socket_.get(), 5);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }
  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  FileDescriptor socket_;
  std::string url_;
};

HttpResult get(const std::string& url, HttpPatience patience, std::function<bool()> must_stop) {
  return http_get({.url = *parse_url(url).url, .verify_certificates = true, .environment = {}, .patience = patience},
                  {.receive = [](std::string_view) { return true; },
                   .must_stop = std::move(must_stop),
                   .trust = [] { return TrustStore{}; },
                   .progress = [](std::uint64_t, std::uint64_t) {}});
}

TEST(HttpGet, GivesUpOnASilentServer_WEBDOWNLOAD_13) {
  const SilentPort port;
  const auto result = get(port.url(), {.stall = std::chrono::seconds(1)}, [] { return false; });
  EXPECT_EQ(result.end, HttpResult::End::temporary);
  EXPECT_EQ(result.error, "the server sent nothing for 1 s");
}

TEST(HttpGet, StopsWhileItWaits_GEN_18) {
  const SilentPort port;
  const auto start = std::chrono::steady_clock::now();
  const auto late = [start] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(200); };
  EXPECT_EQ(get(port.url(), {}, late).end, HttpResult::End::stopped);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(HttpGet, NeedsCertificateAuthoritiesForHttps) {
  const auto result = get("https://127.0.0.1:1/", {}, [] { return false; });
  EXPECT_EQ(result.end, HttpResult::End::refused);
  EXPECT_THAT(result.error, HasSubstr("install the package ca-certificates"));
}

TEST(WebUrl, MasksUserAndPassword_WEBDOWNLOAD_14) {
  EXPECT_EQ(masked_url("https://user:p@ss@host/a@b?c@d"), "https://***@host/a@b?c@d");
  EXPECT_EQ(masked_url("http://host/a@b"), "http://host/a@b");
  EXPECT_EQ(masked_url("http://user@host"), "http://***@host");
  EXPECT_EQ(masked_url("user:password@host"), "user:password@host");
}

TEST(WebUrl, EncodesBlanks) {
  EXPECT_EQ(parse_url("http://host/a b").url->text, "http://host/a%20b");
  EXPECT_EQ(file_name_in(*parse_url("http://host/a b").url).name, "a b");
}

TEST(WebUrl, ResolvesRedirectsAgainstTheirPage) {
  const auto base = *parse_url("https://user:pw@host/a/b?c").url;
  EXPECT_EQ(resolve_url(base, "../d").url->text, "https://user:pw@host/d");
  EXPECT_EQ(resolve_url(base, "//other/d").url->text, "https://other/d") << "the password is for its host alone";
  EXPECT_FALSE(resolve_url(base, "gopher://other/").url);
}

}  // namespace
}  // namespace ibtest
