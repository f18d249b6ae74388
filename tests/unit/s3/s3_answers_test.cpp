// Questions that a target makes up: nothing in them may lead to another host, or out of a folder.
#include "runner/s3/s3_answers.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class NoStream final : public ExchangeStream {
 public:
  void send(std::string_view bytes) override { sent += bytes; }
  std::optional<std::string> receive() override { return std::nullopt; }
  [[nodiscard]] bool cancelled() const override { return false; }
  std::string sent;
};

class S3AnswersTest : public testing::Test {
 protected:
  S3AnswersTest() {
    std::filesystem::create_directories(folder_.path() / "mapped");
    std::ofstream(folder_.path() / "mapped" / "key") << "content";
    std::ofstream(folder_.path() / "secret") << "secret";
  }

  std::string refusal(const nlohmann::json& question) {
    NoStream stream;
    try {
      static_cast<void>(answers_.answer(question, stream));
    } catch (const ExchangeFailure& failure) {
      return failure.what();
    }
    return "answered: " + stream.sent;
  }

  TemporaryFolder folder_;
  S3Store store_{{.map = {{"mapped", folder_.path() / "mapped"}}, .offline = true}, {}};
  S3Answers answers_{store_};
};

TEST_F(S3AnswersTest, ServesAMappedBucketOffline_EMU_14) {
  EXPECT_EQ(refusal({{"ask", "s3-get"}, {"bucket", "mapped"}, {"key", "key"}}), "answered: content");
  EXPECT_THAT(refusal({{"ask", "s3-get"}, {"bucket", "other"}, {"key", "key"}}), HasSubstr("--s3-offline"));
}

TEST_F(S3AnswersTest, RefusesKeysThatLeadOutOfTheFolder) {
  for (const std::string key : {"../secret", "a/../../secret", "/etc/passwd", ""})
    EXPECT_THAT(refusal({{"ask", "s3-get"}, {"bucket", "mapped"}, {"key", key}}), HasSubstr("is no path in the folder"))
        << key;
}

TEST_F(S3AnswersTest, RefusesBucketsAndAccountsThatAreNone) {
  for (const std::string bucket : {"", "evil.example/", "evil.example#", "a b", "x@y", "..", "a:b", "a%2f"})
    EXPECT_THAT(refusal({{"ask", "s3-get"}, {"bucket", bucket}, {"key", "key"}}), HasSubstr("is no bucket name"))
        << bucket;
  EXPECT_THAT(refusal({{"ask", "s3-get"}, {"bucket", "mapped"}, {"key", "key"}, {"owner", "1\r\nX: y"}}),
              HasSubstr("is no account"));
}

}  // namespace
}  // namespace ibtest
