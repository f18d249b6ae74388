// What S3Download makes of listings that no well-meant bucket gives. Transfers are tested with a server, in tests/e2e.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

class S3Download : public ModuleTest {
 protected:
  /// Downloads s3://bucket/p/* where the bucket has these keys; each object holds its key.
  std::string download(const std::vector<std::string>& keys) {
    context_.runner = [&keys](const nlohmann::json& question, nlohmann::json& answer) {
      if (question["ask"] == "s3-list") {
        answer = {{"keys", keys}, {"more", false}};
        return std::string();
      }
      auto content = question["key"].get<std::string>();
      answer["size"] = content.size();
      return content;
    };
    return run("S3Download", {{{"source", "s3://bucket/p/*"}, {"destination", at("deep/er")}}}).error;
  }
};

TEST_F(S3Download, RefusesKeysThatLeadOutOfTheDestination_S3DOWNLOAD_11) {
  for (const auto* key : {"p/../escaped", "p/a/../../escaped", "p//etc/escaped", "p/.."}) {
    EXPECT_THAT(download({"p/first", key}), HasSubstr("would lead out of the destination")) << key;
  }
  EXPECT_EQ(read("deep/er/first"), "p/first") << "S3DOWNLOAD-8: what was there before it stays";
  EXPECT_FALSE(exists("deep/escaped"));
}

TEST_F(S3Download, MakesFoldersOfKeysWithASeparatorAtTheirEnd_S3DOWNLOAD_11) {
  EXPECT_EQ(download({"p/", "p/folder/", "p/other/file"}), "");
  EXPECT_TRUE(std::filesystem::is_directory(at("deep/er/folder")));
  EXPECT_EQ(read("deep/er/other/file"), "p/other/file");
}

TEST_F(S3Download, MakesNoFolderInAStrictRun_EMU_19_S3DOWNLOAD_6) {
  context_.strict = true;
  EXPECT_THAT(download({"p/one"}), HasSubstr("did not exist and was created"));
  EXPECT_FALSE(exists("deep"));
  std::filesystem::create_directories(at("deep/er"));
  EXPECT_EQ(download({"p/one"}), "");
}

TEST_F(S3Download, TakesNoMoreThanAThousandInAStrictRun_EMU_19_S3DOWNLOAD_5) {
  context_.strict = true;
  std::filesystem::create_directories(at("deep/er"));
  context_.runner = [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
    answer = {{"keys", {"p/1", "p/2"}}, {"more", true}};
    return std::string();
  };
  EXPECT_THAT(run("S3Download", {{{"source", "s3://bucket/p/*"}, {"destination", at("deep/er")}}}).error,
              HasSubstr("has more than 2 objects"));
  EXPECT_FALSE(exists("deep/er/1"));
}

TEST_F(S3Download, SaysHowFarItHasCome) {
  std::filesystem::create_directories(at("deep/er"));
  EXPECT_EQ(download({"p/1", "p/22"}), "");
  EXPECT_THAT(context_.progress, testing::ElementsAre("Received 3 of 3", "Received 4 of 4"));
}

TEST_F(S3Download, NoticesWhatIsMissing) {
  context_.runner = [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
    answer["size"] = 100;
    return std::string("half");
  };
  EXPECT_THAT(run("S3Download", {{{"source", "s3://bucket/key"}, {"destination", at("x")}}}).error,
              HasSubstr("4 bytes have come of 100"));
  EXPECT_FALSE(exists("x"));
}

TEST_F(S3Download, RefusesOtherForms_S3DOWNLOAD_3_S3DOWNLOAD_9_S3DOWNLOAD_10) {
  const auto error = [this](const Json& item) { return run("S3Download", Json::array({item})).error; };
  EXPECT_THAT(error({{"source", "arn:aws:s3:::b/k"}, {"destination", "x"}}), HasSubstr("does not begin with s3://"));
  EXPECT_THAT(error({{"source", "s3://bucket"}, {"destination", "x"}}), HasSubstr("the key is missing"));
  EXPECT_THAT(error({{"source", "s3://bucket/*.zip"}, {"destination", "x"}}), HasSubstr("only at the end"));
  EXPECT_THAT(error({{"source", "s3://bucket/k"}, {"destination", "x"}, {"expectedBucketOwner", "123"}}),
              HasSubstr("it must have 12 digits"));
}

}  // namespace
}  // namespace ibtest
