#include "runner/s3/folder_upload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class FolderUpload : public testing::Test {
 protected:
  FolderUpload() {
    std::filesystem::create_directories(bucket_);
    std::filesystem::create_directories(folder_.path() / "logs/deep");
    write("logs/console.log", "lines");
    write("logs/empty", "");
    write("logs/deep/big", std::string(1'000'000, 'x'));
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.path() / name, std::ios::binary) << content;
  }
  std::string failure(const S3Object& to) {
    try {
      upload_folder(store_, folder_.path() / "logs", to, [] { return false; });
    } catch (const ExchangeFailure& failure) {
      return failure.what();
    }
    return "";
  }

  TemporaryFolder folder_;
  std::filesystem::path bucket_ = folder_.path() / "bucket";
  S3Store store_{{.map = {{"bucket", bucket_}}, .bucket_owners = {{"bucket", "111111111111"}}, .offline = true}, {}};
};

TEST_F(FolderUpload, StoresEveryFileBelowTheKey_LOG_6) {
  EXPECT_EQ(failure({"bucket", "prefix/TOE", "111111111111"}), "");
  EXPECT_EQ(read_file(bucket_ / "prefix/TOE/console.log"), "lines");
  EXPECT_EQ(read_file(bucket_ / "prefix/TOE/empty"), "");
  EXPECT_EQ(read_file(bucket_ / "prefix/TOE/deep/big"), std::string(1'000'000, 'x'));
}

TEST_F(FolderUpload, NamesTheFileAndTheObjectThatFailed) {
  EXPECT_THAT(failure({"bucket", "TOE", "999999999999"}),
              testing::AllOf(StartsWith("uploading " + (folder_.path() / "logs/console.log").string() +
                                        " to s3://bucket/TOE/console.log: AccessDenied"),
                             HasSubstr("belongs to 111111111111")));
  EXPECT_THAT(failure({"other", "TOE", ""}), HasSubstr("--s3-offline"));
}

TEST_F(FolderUpload, EndsWhenItIsNotWantedAnyMore) {
  EXPECT_THROW(upload_folder(store_, folder_.path() / "logs", {"bucket", "TOE", ""}, [] { return true; }),
               ExchangeCancelled);
  EXPECT_FALSE(std::filesystem::exists(bucket_ / "TOE/console.log"));
}

}  // namespace
}  // namespace ibtest
