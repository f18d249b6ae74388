#include "runner/s3/credential_chain.hpp"

#include <chrono>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/exchange/exchange_handler.hpp"
#include "tests/servers/web_server.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CredentialChainTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name) << content;
  }
  [[nodiscard]] AwsCredentials find() const {
    const AwsProfiles profiles(environment_);
    return CredentialChain(environment_, profiles, "us-east-1", {}).get([] { return false; });
  }
  void expect_failure(const std::string& text) const {
    try {
      static_cast<void>(find());
      ADD_FAILURE() << "found credentials";
    } catch (const ExchangeFailure& failure) {
      EXPECT_THAT(failure.what(), HasSubstr(text));
    }
  }

  TemporaryFolder folder_;
  EnvironmentVariables environment_ = {{"HOME", folder_.path().string()}, {"AWS_EC2_METADATA_DISABLED", "true"}};
};

TEST_F(CredentialChainTest, TakesTheEnvironmentFirst_EMU_10) {
  write(".aws/credentials", "[default]\naws_access_key_id = FILE\naws_secret_access_key = FILE\n");
  environment_["AWS_ACCESS_KEY_ID"] = "KEY";
  environment_["AWS_SECRET_ACCESS_KEY"] = "SECRET";
  environment_["AWS_SESSION_TOKEN"] = "TOKEN";
  const auto found = find();
  EXPECT_EQ(found.key_id + found.secret + found.token, "KEYSECRETTOKEN");
}

TEST_F(CredentialChainTest, TakesTheProfileOfTheSharedFiles_EMU_10) {
  write(".aws/config",
        "[default]\nregion = eu-west-1\n[profile dev]\naws_access_key_id=CONFIG\n"
        "aws_secret_access_key=CONFIG\n");
  write(".aws/credentials", "# comment\n[default]\naws_access_key_id = A\naws_secret_access_key = B=C\n");
  EXPECT_EQ(find().secret, "B=C");
  environment_["AWS_PROFILE"] = "dev";
  EXPECT_EQ(find().key_id, "CONFIG");
  environment_["AWS_PROFILE"] = "missing";
  expect_failure("there is no AWS profile `missing` in " + (folder_.path() / ".aws/config").string());
}

TEST_F(CredentialChainTest, RunsTheCredentialProcess_EMU_10) {
  write(".aws/config",
        "[default]\ncredential_process = echo '{\"Version\":1,\"AccessKeyId\":\"P\",\"SecretAccessKey\":\"Q\","
        "\"SessionToken\":\"R\",\"Expiration\":\"2099-01-01T00:00:00Z\"}'\n");
  const auto found = find();
  EXPECT_EQ(found.key_id + found.secret + found.token, "PQR");
  EXPECT_EQ(found.expires, 4070908800);
  write(".aws/config", "[default]\ncredential_process = exit 3\n");
  expect_failure("ended with exit status 3; run it by hand");
  write(".aws/config", "[default]\ncredential_process = echo nothing\n");
  expect_failure("the credential_process of the AWS profile gave no credentials");
}

TEST_F(CredentialChainTest, EndsTheCredentialProcessWhenNobodyWaitsForIt) {
  write(".aws/config", "[default]\ncredential_process = sleep 600\n");
  const AwsProfiles profiles(environment_);
  const auto start = std::chrono::steady_clock::now();
  CredentialChain chain(environment_, profiles, "us-east-1", {});
  EXPECT_THROW(static_cast<void>(chain.get(
                   [start] { return std::chrono::steady_clock::now() - start > std::chrono::milliseconds(200); })),
               ExchangeCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST_F(CredentialChainTest, AsksTheContainersEndpoint_EMU_10) {
  const test::WebServer server(folder_.path() / "server");
  ASSERT_TRUE(server.runs());
  server.write("credentials", R"({"AccessKeyId":"C","SecretAccessKey":"D","Token":"E"})");
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = server.http() + "/secret/credentials";
  expect_failure("endpoint answered with status 401");
  environment_["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic dXNlcjpwYXNzQHdvcmQ=";
  const auto found = find();
  EXPECT_EQ(found.key_id + found.secret + found.token, "CDE");
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://example.com/";
  expect_failure("must be https, or lead to this machine itself");
}

TEST_F(CredentialChainTest, AsksTheInstance_EMU_10) {
  const test::WebServer server(folder_.path() / "server");
  ASSERT_TRUE(server.runs());
  environment_["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = server.http() + "/";
  expect_failure("no AWS credentials were found");
  environment_.erase("AWS_EC2_METADATA_DISABLED");
  const auto found = find();
  EXPECT_EQ(found.key_id + found.secret + found.token, "IMD");
  EXPECT_EQ(found.expires, 4070908800);
}

TEST_F(CredentialChainTest, AssumesRoles_EMU_10) {
  const test::WebServer server(folder_.path() / "server");
  ASSERT_TRUE(server.runs());
  write("token", "a token\n");
  auto without_role = environment_;
  environment_["AWS_WEB_IDENTITY_TOKEN_FILE"] = (folder_.path() / "token").string();
  environment_["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/x";
  environment_["AWS_ENDPOINT_URL_STS"] = server.http() + "/sts-unsigned";
  auto found = find();
  EXPECT_EQ(found.key_id + found.secret + found.token, "STU");
  environment_["AWS_ENDPOINT_URL_STS"] = server.http() + "/sts-signed";
  expect_failure("assuming the role: STS answered with status 403");

  environment_ = without_role;
  environment_["AWS_ENDPOINT_URL_STS"] = server.http() + "/sts-signed";
  write(".aws/config",
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"
        "[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n");
  found = find();
  EXPECT_EQ(found.key_id + found.secret + found.token, "STU");
}

TEST_F(CredentialChainTest, LeavesSsoToTheAwsCommandLine_EMU_10) {
  write(".aws/config", "[default]\nsso_session = work\n");
  expect_failure("aws configure export-credentials --profile default");
}

TEST_F(CredentialChainTest, SaysWhatItTried_EMU_10) {
  expect_failure("Tried: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_WEB_IDENTITY_TOKEN_FILE; profile `default`");
}

TEST_F(CredentialChainTest, RefusesProfilesInACircle) {
  write(".aws/config",
        "[default]\nrole_arn = a\nsource_profile = b\n[profile b]\nrole_arn = c\nsource_profile = default\n");
  expect_failure("leads in a circle");
}

}  // namespace
}  // namespace ibtest
