#include "runner/documents/document_reader.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

/// A folder of its own that is the current one while a test runs, with the bucket `bucket` in it.
class DocumentReaderTest : public testing::Test {
 protected:
  DocumentReaderTest() { fs::current_path(folder_.path()); }
  ~DocumentReaderTest() override { fs::current_path(before_); }

  static void write(const fs::path& file, const std::string& text) {
    if (file.has_parent_path()) fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  std::string read(const DocumentRequest& request, const DocumentReader::IsCancelled& is_cancelled = {}) {
    S3Store store({.map = {{"bucket", folder_.path() / "objects"}},
                   .bucket_owners = {{"bucket", "012345678901"}},
                   .offline = true},
                  {});
    const DocumentReader reader(store, ComponentFolders(component_folders_));
    try {
      const ReadDocument read = reader.read(request, is_cancelled);
      EXPECT_EQ(read.source->name(), request.location);
      file_ = read.file;
      return std::string(read.source->text());
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
      return fault.message() + (fault.remedy().empty() ? "" : " | " + fault.remedy());
    }
  }
  std::string read_component(const std::string& version, const std::string& name = "web") {
    return read({"arn:aws:imagebuilder:eu-west-1:123456789012:component/" + name + "/" + version});
  }

  TemporaryFolder folder_;
  fs::path before_ = fs::current_path();
  std::vector<fs::path> component_folders_;
  fs::path file_;
};

TEST_F(DocumentReaderTest, ReadsFiles) {
  write("component.yml", "a: b\n");
  EXPECT_EQ(read({"component.yml"}), "a: b\n");
  EXPECT_EQ(file_, folder_.path() / "component.yml");
  EXPECT_EQ(read({(folder_.path() / "component.yml").string()}), "a: b\n");
}

TEST_F(DocumentReaderTest, SaysWhyAFileCannotBeRead) {
  write("empty.yml", " \n\n");
  write("binary.yml", std::string("ELF\0x", 5));
  write("component.yml", "a: b\n");
  fs::create_directory("folder");
  EXPECT_EQ(read({"componet.yml"}), "componet.yml: No such file or directory | did you mean `component.yml`?");
  EXPECT_THAT(read({"folder"}), HasSubstr("folder: this is a directory"));
  EXPECT_THAT(read({"empty.yml"}), HasSubstr("empty.yml: the file is empty"));
  EXPECT_THAT(read({"binary.yml"}), HasSubstr("binary.yml: this is a binary file"));
  EXPECT_THAT(read({""}), HasSubstr("a document's location is empty"));
}

// CLI-4: blanks belong to the path.
TEST_F(DocumentReaderTest, TrimsNothing_CLI_4) {
  write("component.yml", "a: b\n");
  EXPECT_THAT(read({" component.yml"}), StartsWith(" component.yml: No such file"));
}

// D-7
TEST_F(DocumentReaderTest, LooksInTheFolderOfTheCallerFirst_EXECUTEDOCUMENT_11) {
  write("here.yml", "top");
  write("both.yml", "top");
  write("nested/both.yml", "nested");
  const fs::path caller = folder_.path() / "nested";
  EXPECT_EQ(read({.location = "both.yml", .calling_folder = caller}), "nested");
  EXPECT_EQ(file_, caller / "both.yml");
  EXPECT_EQ(read({.location = "here.yml", .calling_folder = caller}), "top");
  EXPECT_EQ(find_document_file({.location = "none.yml", .calling_folder = caller}), std::nullopt);
  EXPECT_EQ(find_document_file({.location = "s3://bucket/both.yml", .calling_folder = caller}), std::nullopt);
}

TEST_F(DocumentReaderTest, ReadsObjectsAndChecksWhoseBucketItIs) {
  write("objects/deep/a.yml", "from s3");
  EXPECT_EQ(read({"s3://bucket/deep/a.yml"}), "from s3");
  EXPECT_EQ(file_, "");
  EXPECT_EQ(read({.location = "s3://bucket/deep/a.yml", .bucket_owner = "012345678901"}), "from s3");
  EXPECT_THAT(read({.location = "s3://bucket/deep/a.yml", .bucket_owner = "999999999999"}),
              StartsWith("reading s3://bucket/deep/a.yml: AccessDenied: the bucket bucket belongs to 012345678901"));
  EXPECT_THAT(read({"s3://bucket/none.yml"}), HasSubstr("NoSuchKey"));
  EXPECT_THAT(read({"s3://other/a.yml"}), HasSubstr("--s3-offline"));
  EXPECT_THAT(read({"s3://"}), HasSubstr("the bucket is missing"));
  EXPECT_THAT(read({"s3://bucket"}), StartsWith("s3://bucket: the key is missing"));
  EXPECT_THAT(read({"s3://bucket/deep/"}), StartsWith("s3://bucket/deep/: the key is missing"));
  write("objects/empty", "");
  EXPECT_THAT(read({"s3://bucket/empty"}), HasSubstr("the file is empty"));
}

TEST_F(DocumentReaderTest, ReadsNoMoreOfAnObjectThanTheParserTakes) {
  fs::create_directories("objects");
  write("objects/big", "x");
  fs::resize_file("objects/big", std::uintmax_t{1} << 30U);
  EXPECT_THAT(read({"s3://bucket/big"}), HasSubstr("the object is larger than"));
}

TEST_F(DocumentReaderTest, EndsADownloadThatIsNotWantedAnyMore) {
  write("objects/a.yml", "from s3");
  EXPECT_THROW(static_cast<void>(read({"s3://bucket/a.yml"}, [] { return true; })), ExchangeCancelled);
}

// EXECUTEDOCUMENT-5, service.md 3.3
TEST_F(DocumentReaderTest, FindsComponentsByNameAndVersion_EXECUTEDOCUMENT_5) {
  write("first/web.yml", "any");
  write("first/web-1.6.8.yml", "1.6.8");
  write("first/web/1.7.8.yaml", "1.7.8");
  write("first/web/2.2.4/component.yml", "2.2.4");
  write("first/web-app-9.0.0.yml", "another component");
  write("second/web-3.0.0.yml", "3.0.0");
  write("second/db.yaml", "db");
  component_folders_ = {"first", "second"};
  EXPECT_EQ(read_component("1.6.8/1"), "1.6.8");
  EXPECT_EQ(file_, folder_.path() / "first/web-1.6.8.yml");
  EXPECT_EQ(read_component("1.7.8"), "1.7.8");
  EXPECT_EQ(read_component("2.2.4"), "2.2.4");
  EXPECT_EQ(read_component("x.x.x"), "2.2.4");
  EXPECT_EQ(read_component("1.x.x"), "1.7.8");
  EXPECT_EQ(read_component("1.6.x"), "1.6.8");
  EXPECT_EQ(read_component("3.0.0"), "any") << "the first folder that has a match is taken";
  EXPECT_EQ(read_component("1.0.0", "db"), "db");
}

TEST_F(DocumentReaderTest, SaysWhereAComponentWasLookedFor_EXECUTEDOCUMENT_5) {
  EXPECT_EQ(
      read_component("1.0.0"),
      "arn:aws:imagebuilder:eu-west-1:123456789012:component/web/1.0.0: components are looked up on this machine, "
      "and no folder with them was named | give the folder that has web.yml with --component-path");
  write("first/web-1.6.8.yml", "1.6.8");
  write("first/web/1.7.8.yml", "1.7.8");
  write("first/nginx-2.0.0.yml", "x");
  component_folders_ = {"first", "second"};
  EXPECT_EQ(
      read_component("2.x.x"),
      "arn:aws:imagebuilder:eu-west-1:123456789012:component/web/2.x.x: no such component in first, second; tried "
      "web/2.x.x/component.yml, web/2.x.x.yml, web-2.x.x.yml, web.yml, and .yaml | there is web 1.7.8, 1.6.8");
  EXPECT_THAT(read_component("1.0.0", "ngnix"), HasSubstr("did you mean `nginx`?"));
  EXPECT_THAT(read_component("1.0.0", "nothing-like-it"), HasSubstr("put the document there"));
  EXPECT_THAT(read({"arn:aws:s3:::bucket"}), HasSubstr("not of imagebuilder"));
}

}  // namespace
}  // namespace ibtest
