#include "runner/s3/s3_client.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  void send(std::string_view bytes) override { sent += bytes; }
  std::optional<std::string> receive() override {
    if (bytes_.empty()) return std::nullopt;
    return std::exchange(bytes_, {});
  }
  [[nodiscard]] bool cancelled() const override { return is_cancelled; }

  std::string sent;
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
