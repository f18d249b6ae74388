#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;
using std::string_literals::operator""s;

class SetFileEncoding : public ModuleTest {
 protected:
  std::string convert(const std::string& path, const std::string& encoding) {
    return run("SetFileEncoding", {{{"path", path}, {"encoding", encoding}}}).error;
  }
};

TEST_F(SetFileEncoding, ReadsUtf8AndWritesTheEncoding_SETFILEENCODING_1) {
  for (const auto& [encoding, bytes] :
       {std::pair{"UTF-16-LE", "a\0\xac\x20"s}, std::pair{"utf16", "a\0\xac\x20"s},
        std::pair{"utf16-BE", "\0a\x20\xac"s}, std::pair{"utf-32", "a\0\0\0\xac\x20\0\0"s},
        std::pair{"UTF32-be", "\0\0\0a\0\0\x20\xac"s}}) {
    write("a", "a\u20ac");
    EXPECT_EQ(convert(at("a"), encoding), "");
    EXPECT_EQ(read("a"), bytes) << encoding;
  }
  EXPECT_EQ(context_.logged.front(), "Converted file " + at("a") + " to UTF-16-LE");
  write("work/b", "\xef\xbb\xbfx");
  EXPECT_EQ(convert("b", "utf16"), "");
  EXPECT_EQ(read("work/b"), "x\0"s) << "ENC-2: a mark is dropped, none is written";
}

TEST_F(SetFileEncoding, ConvertsMoreThanABuffer_SETFILEENCODING_1) {
  std::string text;
  std::string expected;
  for (int i = 0; i < 100'000; ++i) {
    text += "\u20ac";
    expected += "\xac\x20";
  }
  write("a", text);
  EXPECT_EQ(convert(at("a"), "utf16"), "");
  EXPECT_EQ(read("a"), expected) << "shorter than before";
  EXPECT_EQ(std::distance(fs::directory_iterator(temporary_.path()), {}), 3) << "work, logs, a";
}

TEST_F(SetFileEncoding, ChangesNothingForUtf8_SETFILEENCODING_2) {
  write("a", "\xef\xbb\xbfx\r\n");
  EXPECT_EQ(run("SetFileEncoding", {{{"path", at("a")}}}).error, "");
  EXPECT_EQ(convert(at("a"), "UTF-8"), "");
  EXPECT_EQ(read("a"), "\xef\xbb\xbfx\r\n");
  write("a", "x\xff");
  EXPECT_EQ(convert(at("a"), "utf8"), "SetFileEncoding: inputs[0]: " + at("a") + " is no UTF-8 text; it is unchanged");
}

TEST_F(SetFileEncoding, RefusesWhatIsNoUtf8_SETFILEENCODING_3_ENC_4) {
  write("a", "\u00e4");
  EXPECT_EQ(convert(at("a"), "utf16"), "");
  const auto once = read("a");
  EXPECT_THAT(convert(at("a"), "utf16"), HasSubstr("is no UTF-8 text; it is unchanged"));
  EXPECT_EQ(read("a"), once);
}

TEST_F(SetFileEncoding, KeepsOwnerAndModeAndFollowsLinks_SETFILEENCODING_4) {
  if (!root_or_say_why_not()) return;
  write("a", "x");
  ASSERT_EQ(::chown(at("a").c_str(), 1, 2), 0);
  ASSERT_EQ(::chmod(at("a").c_str(), 0604), 0);
  fs::create_symlink("a", at("link"));
  EXPECT_EQ(convert(at("link"), "utf16"), "");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(read("a"), "x\0"s);
  struct stat status {};
  ASSERT_EQ(::stat(at("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1U);
  EXPECT_EQ(status.st_gid, 2U);
  EXPECT_EQ(status.st_mode & 07777U, 0604U);
}

TEST_F(SetFileEncoding, NeedsAFile) {
  EXPECT_EQ(convert(at("no"), "utf16"), "SetFileEncoding: inputs[0]: " + at("no") + " does not exist");
  EXPECT_EQ(convert(at("work"), "utf16"), "SetFileEncoding: inputs[0]: " + at("work") + " is a folder");
  EXPECT_EQ(convert("/dev/null", "utf16"), "SetFileEncoding: inputs[0]: /dev/null is no regular file");
  EXPECT_THAT(convert(at("no"), "latin1"), HasSubstr("`latin1` is unknown"));
}

TEST_F(SetFileEncoding, KeepsTheFileWhenTheDiskIsFull) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  write("disk/a", std::string(30'000, 'x'));
  EXPECT_THAT(convert(at("disk/a"), "utf32"), HasSubstr("No space left on device"));
  EXPECT_EQ(read("disk/a"), std::string(30'000, 'x'));
  EXPECT_EQ(std::distance(fs::directory_iterator(at("disk")), {}), 1);
}

TEST_F(SetFileEncoding, ConvertsMountedFiles_EMU_9) {
  write("hosts", "");
  write("runtime-hosts", "x");
  const auto mount = Mount::file_over(at("runtime-hosts"), at("hosts"));
  if (!mount.is_mounted()) return;
  EXPECT_EQ(convert(at("hosts"), "utf16"), "");
  EXPECT_EQ(read("runtime-hosts"), "x\0"s);
}

TEST_F(SetFileEncoding, Stops) {
  write("a", std::string(1U << 20U, 'x'));
  context_.stop_after = 3;
  EXPECT_THAT(convert(at("a"), "utf16"), HasSubstr("stopped while converting " + at("a")));
  EXPECT_EQ(read("a"), std::string(1U << 20U, 'x'));
}

}  // namespace
}  // namespace ibtest
