// What servers say instead of doing what they were asked for, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/s3/s3_client.hpp"
#include "tests/servers/scripted_server.hpp"

namespace ibtest {
namespace {

using test::ScriptedServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TextStream final : public ExchangeStream {
 public:
  explicit TextStream(std::string bytes = {}) : bytes_(std::move(bytes)) {}
  void send(std::string_view bytes) override { sent += bytes; }
  std::optional<std::string> receive() override {
    if (bytes_.empty()) return std::nullopt;
    return std::exchange(bytes_, {});
  }
  [[nodiscard]] bool cancelled() const override { return false; }
  std::string sent;

 private:
  std::string bytes_;
};

const S3Object object{"bucket", "key", ""};

EnvironmentVariables environment_with(const std::string& region = "us-east-1") {
  return {{"AWS_ACCESS_KEY_ID", "KEY"},
          {"AWS_SECRET_ACCESS_KEY", "example-secret"},
          {"AWS_REGION", region},
          {"AWS_EC2_METADATA_DISABLED", "true"}};
}

/// What a download, an upload and a listing say; empty for success.
std::string failure_of(const std::function<void(S3Client&)>& work, const ScriptedServer& server) {
  S3Client client({.endpoint = server.endpoint()}, environment_with());
  try {
    work(client);
  } catch (const ExchangeFailure& failure) {
    return failure.what();
  }
  return {};
}

std::string download(const ScriptedServer& server) {
  return failure_of(
      [](S3Client& client) {
        TextStream stream;
        static_cast<void>(client.get(object, stream));
      },
      server);
}

std::string upload(const ScriptedServer& server) {
  return failure_of(
      [](S3Client& client) {
        TextStream stream("content");
        client.put(object, 7, stream);
      },
      server);
}

std::string list(const ScriptedServer& server) {
  return failure_of([](S3Client& client) { static_cast<void>(client.list(object, TextStream())); }, server);
}

struct Refusal {
  const char* name;
  std::string response;
  std::vector<std::string> texts;
  std::size_t requests;  ///< of each of the three
};

class S3Refusal : public testing::TestWithParam<Refusal> {};

TEST_P(S3Refusal, IsSaidWithItsCodeAndWhatToDo) {
  for (const auto& work : {download, upload, list}) {
    const ScriptedServer server({GetParam().response});
    const std::string failure = work(server);
    for (const std::string& text : GetParam().texts)
      EXPECT_THAT(failure, HasSubstr(text));
    EXPECT_THAT(failure, Not(HasSubstr("example-secret")));
    EXPECT_EQ(server.requests().size(), GetParam().requests);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, S3Refusal,
    testing::Values(
        Refusal{"Forbidden",
                ScriptedServer::s3_error(403, "AccessDenied"),
                {"AccessDenied: what it says (status 403)", "check the permissions of the credentials"},
                1},
        Refusal{"ForbiddenWithoutBody", ScriptedServer::response(403, ""), {"AccessDenied (status 403)"}, 1},
        Refusal{"WrongSignature",
                ScriptedServer::s3_error(403, "SignatureDoesNotMatch"),
                {"the secret key does not belong to the access key"},
                1},
        Refusal{"ClockSkew", ScriptedServer::s3_error(403, "RequestTimeTooSkewed"), {"set this machine's clock"}, 1},
        Refusal{"ExpiredToken", ScriptedServer::s3_error(400, "ExpiredToken"), {"log in again"}, 1},
        Refusal{"NoSuchKey", ScriptedServer::s3_error(404, "NoSuchKey"), {"(status 404)", "letter case counts"}, 1},
        Refusal{"NoSuchBucket", ScriptedServer::s3_error(404, "NoSuchBucket"), {"check the name of the bucket"}, 1},
        Refusal{"RedirectToNowhere",
                ScriptedServer::s3_error(301, "PermanentRedirect"),
                {"(status 301)", "set AWS_REGION to the region of the bucket"},
                1},
        Refusal{"RedirectToNoRegion",
                ScriptedServer::s3_error(301, "PermanentRedirect", "x-amz-bucket-region: evil.example/\r\n"),
                {"(status 301)"},
                1},
        Refusal{"ServerError", ScriptedServer::response(500, ""), {"the server answered with status 500"}, 3},
        Refusal{"SlowDown", ScriptedServer::s3_error(503, "SlowDown"), {"SlowDown: what it says (status 503)"}, 3},
        Refusal{"NotHttp", "SSH-2.0-OpenSSH_9.2\r\n", {"(endpoint http://127.0.0.1:"}, 3},
        Refusal{"NoAnswer", "", {"(endpoint http://127.0.0.1:"}, 3}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(S3Redirects, LeadToTheRegionOfTheBucket) {
  const ScriptedServer server({ScriptedServer::s3_error(301, "PermanentRedirect", "x-amz-bucket-region: eu-west-3\r\n"),
                               ScriptedServer::response(200, "content")});
  EXPECT_EQ(download(server), "");
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_THAT(server.requests()[1], HasSubstr("/eu-west-3/s3/aws4_request"));
}

TEST(S3Redirects, EndSomewhere) {
  std::vector<std::string> responses;
  for (int hop = 0; hop < 50; ++hop)
    responses.push_back(ScriptedServer::s3_error(
        301, "PermanentRedirect", std::string("x-amz-bucket-region: ") + (hop % 2 == 0 ? "a-1" : "b-1") + "\r\n"));
  const ScriptedServer server(responses);
  EXPECT_THAT(download(server), HasSubstr("(status 301)"));
  EXPECT_LT(server.requests().size(), 5U);
}

TEST(S3Connections, ThatAreCutInTheMiddleFailTheDownloadAtOnce) {
  const ScriptedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"});
  EXPECT_THAT(download(server), AllOf(HasSubstr("(endpoint "), Not(HasSubstr("half of it"))));
  EXPECT_EQ(server.requests().size(), 1U) << "the first half has been sent on already";
}

TEST(S3Connections, ThatAreCutBeforeTheAnswerAreTriedAgain) {
  const ScriptedServer server({"", "HTTP/1.1 200", ScriptedServer::response(200, "content")});
  EXPECT_EQ(download(server), "");
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(S3Listings, ThatAreNoneAreRefused) {
  for (const std::string body : {"", "<html>welcome</html>", "<ListBucketResult><Contents>", "{}"}) {
    const ScriptedServer server({ScriptedServer::response(200, body)});
    EXPECT_THAT(list(server), HasSubstr("the server's list of objects cannot be understood")) << body;
  }
}

TEST(S3Listings, WithoutTheirContinuationAreRefused) {
  const ScriptedServer server({ScriptedServer::response(
      200, "<ListBucketResult><Contents><Key>a</Key></Contents><IsTruncated>true</IsTruncated></ListBucketResult>")});
  EXPECT_THAT(list(server), HasSubstr("ends without its continuation"));
}

}  // namespace
}  // namespace ibtest
