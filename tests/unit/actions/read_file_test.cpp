#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;
using std::string_literals::operator""s;

class ReadFile : public ModuleTest {
 protected:
  std::string content_of(const Json& item) {
    const auto result = run("ReadFile", Json::array({item}));
    return result.error.empty() ? result.outputs.at(0).at("content").get<std::string>() : result.error;
  }
};

TEST_F(ReadFile, ReturnsTheExactContent_READFILE_1_READFILE_3) {
  write("a", "  one\r\n\ntwo\n\n");
  EXPECT_EQ(content_of({{"path", at("a")}}), "  one\r\n\ntwo\n\n");
  EXPECT_EQ(context_.shown, "") << "READFILE-2";
  EXPECT_THAT(context_.logged, ElementsAre("Read file " + at("a")));
  write("work/b", "");
  EXPECT_EQ(content_of({{"path", "b"}}), "");
  fs::create_symlink("a", at("link"));
  EXPECT_EQ(content_of({{"path", at("link")}}), read("a"));
}

TEST_F(ReadFile, ShowsTheContentIfAskedTo_READFILE_2) {
  write("a", "one\ntwo");
  EXPECT_EQ(content_of({{"path", at("a")}, {"printFileContent", true}}), "one\ntwo");
  EXPECT_EQ(context_.shown, "one\ntwo");
}

TEST_F(ReadFile, DecodesWhatItIsToldTo_READFILE_3_ENC_2) {
  write("le", "a\0\xac\x20"s);
  write("be", "\0a\x20\xac"s);
  write("marked-be", "\xfe\xff\0a\x20\xac"s);
  write("marked-utf8", "\xef\xbb\xbf\u20ac");
  write("le32", "a\0\0\0\xac\x20\0\0"s);
  EXPECT_EQ(content_of({{"path", at("le")}, {"encoding", "utf16"}}), "a\u20ac");
  EXPECT_EQ(content_of({{"path", at("be")}, {"encoding", "UTF-16-BE"}}), "a\u20ac");
  EXPECT_EQ(content_of({{"path", at("marked-be")}, {"encoding", "utf-16"}}), "a\u20ac");
  EXPECT_EQ(content_of({{"path", at("marked-utf8")}}), "\u20ac");
  EXPECT_EQ(content_of({{"path", at("le32")}, {"encoding", "utf32-LE"}}), "a\u20ac");
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(ReadFile, ReplacesWhatItCannotDecode_READFILE_3_ENC_4) {
  write("a", "x\xffy\xe2\x82");
  EXPECT_EQ(content_of({{"path", at("a")}}), "x\uFFFDy\uFFFD\uFFFD");
  EXPECT_THAT(context_.warned, ElementsAre(at("a") + " is no utf8 text: 3 characters are replaced by U+FFFD"));
}

TEST_F(ReadFile, NeedsAFile_READFILE_3) {
  EXPECT_EQ(content_of({{"path", at("no")}}), "ReadFile: inputs[0]: " + at("no") + " does not exist");
  EXPECT_EQ(content_of({{"path", at("work")}}),
            "ReadFile: inputs[0]: " + at("work") + " is a folder; ListFiles lists folders");
  write("a1", "");
  EXPECT_EQ(content_of({{"path", at("a*")}}), "ReadFile: inputs[0]: " + at("a*") + " does not exist") << "no wildcard";
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_THAT(content_of({{"path", at("pipe")}}), HasSubstr("is a pipe, socket or disk"));
}

TEST_F(ReadFile, HasOneOutputPerItem_OUT_5) {
  write("a", "1");
  write("b", "2");
  EXPECT_EQ(run("ReadFile", {{{"path", at("b")}}, {{"path", at("a")}}}).outputs,
            (Json{{{"content", "2"}}, {{"content", "1"}}}));
}

TEST_F(ReadFile, CutsAtSixteenMebibytes_OUT_12) {
  std::string euros;
  euros.reserve(18U << 20U);
  while (euros.size() < (17U << 20U))
    euros += "\u20ac";
  write("big", euros);
  const auto content = content_of({{"path", at("big")}});
  EXPECT_EQ(content.size(), (16U << 20U) - 1) << "between two characters";
  EXPECT_TRUE(euros.starts_with(content));
  EXPECT_THAT(context_.warned, ElementsAre("the content of " + at("big") + " is longer than 16 MiB and has been cut"));
}

TEST_F(ReadFile, ReadsWhatTheKernelCallsEmpty) {
  EXPECT_THAT(content_of({{"path", "/proc/self/status"}}), HasSubstr("Pid:"));
  EXPECT_THAT(context_.logged.front(), HasSubstr("in a container that is the host's"));
  EXPECT_THAT(content_of({{"path", "/dev/zero"}}), testing::SizeIs(16U << 20U)) << "has no end, but an answer";
}

TEST_F(ReadFile, Stops) {
  write("a", std::string(1U << 20U, 'x'));
  context_.stop_after = 3;
  EXPECT_EQ(content_of({{"path", at("a")}}), "ReadFile: inputs[0]: stopped while reading " + at("a"));
}

}  // namespace
}  // namespace ibtest
