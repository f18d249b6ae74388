#include "runner/s3/s3_client.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/servers/recording_proxy.hpp"
#include "tests/servers/s3_server.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A stream that has its bytes at once, and keeps what is sent.
class TextStream final : public ExchangeStream {
 public:
  explicit TextStream(std::string bytes = {}) : bytes_(std::move(bytes)) {}
  void announce(std::uint64_t size) override { announced = size; }
  void send(std::string_view bytes) override { sent += bytes; }
  std::optional<std::string> receive() override {
    if (bytes_.empty()) return std::nullopt;
    return std::exchange(bytes_, {});
  }
  [[nodiscard]] bool cancelled() const override { return is_cancelled; }

  std::string sent;
  std::uint64_t announced = 0;
  bool is_cancelled = false;

 private:
  std::string bytes_;
};

class S3ClientTest : public testing::Test {
 protected:
  static EnvironmentVariables environment_of(const test::S3Server& server) {
    EnvironmentVariables environment;
    for (const auto& text : server.variables())
      environment.emplace(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
    return environment;
  }

  TemporaryFolder folder_;
  test::S3Server server_{folder_.path(), {"bucket"}};
};

TEST_F(S3ClientTest, TellsHowBigAnObjectIsBeforeItComes_EMU_16) {
  ASSERT_TRUE(server_.runs()) << server_.log();
  S3Client client({}, environment_of(server_));
  TextStream content(std::string(100'000, 'x'));
  client.put({"bucket", "object", ""}, 100'000, content);
  TextStream stream;
  EXPECT_EQ(client.get({"bucket", "object", ""}, stream), 100'000U);
  EXPECT_EQ(stream.announced, 100'000U);
  TextStream other;
  EXPECT_THROW((void)client.get({"bucket", "none", ""}, other), ExchangeFailure);
  EXPECT_EQ(other.announced, 0U) << "an error's text is no object";
}

TEST_F(S3ClientTest, ContinuesListings_S3DOWNLOAD_5) {
  ASSERT_TRUE(server_.runs()) << server_.log();
  S3Client client({}, environment_of(server_));
  for (const auto* key : {"p/1", "p/2 with blank", "p/3+%41", "p/4&<ü>", "p/5", "q"}) {
    TextStream stream("x");
    client.put({"bucket", key, ""}, 1, stream);
  }
  const TextStream stream;
  const auto listing = client.list({"bucket", "p/", ""}, stream, 2);
  EXPECT_THAT(listing.keys, ElementsAre("p/1", "p/2 with blank", "p/3+%41", "p/4&<ü>", "p/5"));
  EXPECT_FALSE(listing.more);
}

// s3rver does not compute Version 4 signatures; the signer of AWS's own SDK does.
TEST_F(S3ClientTest, SignsAsTheSdkOfAwsDoes_EMU_10_EMU_13_S3DOWNLOAD_9_S3UPLOAD_8_S3UPLOAD_9) {
  ASSERT_TRUE(server_.runs()) << server_.log();
  const test::RecordingProxy proxy(folder_.path() / "proxy", server_.endpoint());
  ASSERT_TRUE(proxy.runs());
  auto environment = environment_of(server_);
  environment["AWS_SESSION_TOKEN"] = "a/session+token==";
  environment["AWS_REGION"] = "eu-central-1";
  S3Client client({.endpoint = proxy.endpoint()}, environment);
  const std::string key = "p/a b+c%41/ä&=?#~*'(),;:@$!";
  const std::string owner = "012345678901";
  TextStream small("content");
  client.put({"bucket", key, owner}, 7, small);
  TextStream nothing;
  client.put({"bucket", "empty", owner}, 0, nothing);
  TextStream big(std::string(S3Client::smallest_part + 1, 'x'));
  client.put({"bucket", "big", owner}, S3Client::smallest_part + 1, big);
  TextStream received;
  EXPECT_EQ(client.get({"bucket", key, owner}, received), 7U);
  EXPECT_EQ(received.sent, "content");
  EXPECT_EQ(client.list({"bucket", "", owner}, received, 1).keys.size(), 3U);
  EXPECT_EQ(client.list({"bucket", "p/a b+c%41", owner}, received).keys.size(), 1U);
  // Two simple uploads, four requests for the one in parts, one download, four pages.
  for (const auto& request : proxy.requests(11)) {
    EXPECT_THAT(request, HasSubstr(R"("x-amz-expected-bucket-owner":")" + owner + "\""));
    EXPECT_THAT(request, HasSubstr(R"("optional":"")")) << "no checksum, ACL, tag or storage class";
    const bool stores = request.find(R"("method":"PUT")") != std::string::npos;
    if (stores && request.find("partNumber") == std::string::npos) {
      EXPECT_THAT(request, HasSubstr(R"("content-type":"binary/octet-stream")"));
    }
  }
  EXPECT_EQ(proxy.verify("S3RVER", "S3RVER", "eu-central-1"), "11 verified\n");
  EXPECT_THAT(proxy.verify("S3RVER", "another secret", "eu-central-1"), HasSubstr("another signature is expected"));
}

TEST_F(S3ClientTest, FollowsABucketToItsRegion) {
  ASSERT_TRUE(server_.runs()) << server_.log();
  const test::RecordingProxy proxy(folder_.path() / "proxy", server_.endpoint());
  ASSERT_TRUE(proxy.runs());
  auto environment = environment_of(server_);
  environment["AWS_REGION"] = "us-west-2";
  S3Client client({.endpoint = proxy.endpoint()}, environment);
  for (int request = 0; request < 2; ++request) {
    TextStream stream("x");
    client.put({"bucket", "key", ""}, 1, stream);
  }
  EXPECT_EQ(proxy.requests(3).size(), 3U) << "the region is remembered";
}

TEST_F(S3ClientTest, StopsWhenNobodyWantsTheAnswer) {
  ASSERT_TRUE(server_.runs()) << server_.log();
  S3Client client({}, environment_of(server_));
  TextStream stream;
  stream.is_cancelled = true;
  EXPECT_THROW(static_cast<void>(client.get({"bucket", "key", ""}, stream)), ExchangeCancelled);
}

TEST_F(S3ClientTest, GoesToBucketsByHostNameWhenAsked_EMU_12) {
  ASSERT_TRUE(server_.runs()) << server_.log();
  S3Client client({.endpoint = "http://127.0.0.1:1", .virtual_hosts = true}, environment_of(server_));
  TextStream stream;
  try {
    static_cast<void>(client.get({"bucket", "key", ""}, stream));
    FAIL() << "reached something";
  } catch (const ExchangeFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("bucket.127.0.0.1"));
  }
}

}  // namespace
}  // namespace ibtest
