#include "runner/target/tar_reader.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <sys/stat.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;

class TarReaderTest : public testing::Test {
 protected:
  TarReaderTest() {
    char name[] = "/tmp/ibtest-tar-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~TarReaderTest() override { fs::remove_all(folder_); }

  static std::string header(const std::string& name, std::size_t size, char type = '0', const std::string& link = {}) {
    std::string block(512, '\0');
    block.replace(0, name.size(), name);
    block.replace(100, 7, "0000777");
    block.replace(124, 11, fmt::format("{:011o}", size));
    block[156] = type;
    block.replace(157, link.size(), link);
    block.replace(257, 6, std::string("ustar\0", 6));
    return with_checksum(block);
  }
  static std::string with_checksum(std::string block) {
    block.replace(148, 8, "        ");
    unsigned sum = 0;
    for (const char byte : block)
      sum += static_cast<unsigned char>(byte);
    return block.replace(148, 7, fmt::format("{:06o}", sum) + std::string(1, '\0'));
  }
  static std::string entry(const std::string& name, const std::string& content, char type = '0') {
    return header(name, content.size(), type) + content + std::string((512 - content.size() % 512) % 512, '\0');
  }
  static std::string end() { return std::string(1024, '\0'); }

  bool unpack(const std::string& archive, std::size_t piece = 100'000) const {
    TarReader reader(folder_ / "out");
    for (std::size_t at = 0; at < archive.size(); at += piece)
      reader.append(std::string_view(archive).substr(at, piece));
    return reader.complete();
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / "out" / name).rdbuf();
    return text.str();
  }
  /// All that was made, in order.
  [[nodiscard]] std::string made() const {
    std::vector<std::string> names;
    for (const auto& found : fs::recursive_directory_iterator(folder_))
      names.push_back(found.path().lexically_relative(folder_).string());
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto& name : names)
      text += name + " ";
    return text;
  }
  fs::path folder_;
};

TEST_F(TarReaderTest, UnpacksFoldersAndFiles) {
  const std::string large(100'000, 'x');
  const std::string archive = entry("./", "", '5') + entry("./a", "content") + entry("sub/", "", '5') +
                              entry("sub/empty", "") + entry("sub/large", large) + end();
  for (const std::size_t piece : {1U, 7U, 512U, 1'000'000U}) {
    EXPECT_TRUE(unpack(archive, piece));
    EXPECT_EQ(content("a"), "content");
    EXPECT_EQ(content("sub/large"), large);
    EXPECT_EQ(made(), "out out/a out/sub out/sub/empty out/sub/large ");
  }
  struct stat about {};
  ASSERT_EQ(::stat((folder_ / "out/a").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07000U, 0U);
}

TEST_F(TarReaderTest, ReadsWhatTarWrites) {
  const std::string name(180, 'n');
  fs::create_directories(folder_ / "in" / name);
  std::ofstream(folder_ / "in" / name / name) << "long";
  std::ofstream(folder_ / "in/short") << "short";
  fs::create_symlink("/etc/passwd", folder_ / "in/link");
  ::mkfifo((folder_ / "in/pipe").c_str(), 0600);
  for (const std::string format : {"ustar", "gnu", "pax"}) {
    SCOPED_TRACE(format);
    const auto file = folder_ / "archive";
    const std::string command =
        fmt::format("tar -C {} --format={} -cf {} . 2>/dev/null", (folder_ / "in").string(), format, file.string());
    static_cast<void>(std::system(command.c_str()));  // ustar cannot name one of the files
    std::ostringstream archive;
    archive << std::ifstream(file).rdbuf();
    EXPECT_TRUE(unpack(archive.str()));
    EXPECT_EQ(content("short"), "short");
    EXPECT_EQ(content(name + "/" + name), format == "ustar" ? "" : "long");
    EXPECT_FALSE(fs::exists(fs::symlink_status(folder_ / "out/link")));
    EXPECT_FALSE(fs::exists(fs::symlink_status(folder_ / "out/pipe")));
    fs::remove_all(folder_ / "out");
  }
}

TEST_F(TarReaderTest, LeavesOutWhatLeadsElsewhere) {
  for (const std::string name : {"../up", "/absolute", "a/../../up", "..", "./../up"})
    EXPECT_TRUE(unpack(entry(name, "bad") + entry("good", "good") + end())) << name;
  EXPECT_EQ(made(), "out out/good ");
  // A path of an extended header or a long name is not trusted either.
  EXPECT_TRUE(unpack(entry("x", "17 path=../../up\n", 'x') + entry("y", "bad") + entry("@", "../../up", 'L') +
                     entry("z", "bad") + end()));
  EXPECT_EQ(made(), "out out/good ");
}

TEST_F(TarReaderTest, FollowsNoLinkThatTheArchiveBrings) {
  EXPECT_TRUE(unpack(header("sub", 0, '2', "..") + entry("sub/file", "inside") + header("hard", 0, '1', "/etc/passwd") +
                     header("device", 0, '3') + end()));
  EXPECT_EQ(made(), "out out/sub out/sub/file ");
}

TEST_F(TarReaderTest, RefusesWhatIsDamaged) {
  std::string wrong_checksum = entry("a", "content");
  wrong_checksum[0] = 'b';
  std::string no_size = header("a", 0);
  no_size.replace(124, 11, "notanumber!");
  for (const std::string& archive :
       {std::string("this is not an archive") + std::string(600, 'x'), wrong_checksum, with_checksum(no_size),
        header("a", 1U << 20U, 'L'), entry("x", "99 path=a\n", 'x'), entry("x", "1 path=a\n", 'x'),
        entry("x", "path=a\n", 'x'), entry("x", "10 size=x\n", 'x'), header("a", 077777777777, '0')}) {
    EXPECT_THROW(static_cast<void>(unpack(archive)), Fault);
  }
}

TEST_F(TarReaderTest, RefusesMoreThanItsBudget) {
  const auto refusal_of = [this](const std::string& archive) {
    try {
      static_cast<void>(unpack(archive));
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::target_failed);
      return fault.message();
    }
    return std::string("taken");
  };
  // Before a byte of it is written, also where it would be left out.
  for (const std::string name : {"sparse", "../sparse"})
    EXPECT_EQ(refusal_of(header(name, 5ULL << 30U)), "there is more than 4 GiB to copy");
  EXPECT_EQ(refusal_of(header("pipe", 5ULL << 30U, '6')), "there is more than 4 GiB to copy");
  EXPECT_EQ(made(), "out ");
  TarReader reader(folder_ / "out");
  const std::string link = header("link", 0, '2', "target");
  for (int i = 0; i < 100'000; ++i)
    reader.append(link);
  EXPECT_THROW(reader.append(link), Fault);
}

TEST_F(TarReaderTest, MakesTheOnlyEntryWhatIsWanted) {
  const auto unpack_as = [this](const std::string& name, const std::string& archive) {
    TarReader reader(folder_ / name, TarReader::Root::is_entry);
    reader.append(archive);
    EXPECT_TRUE(reader.complete());
  };
  unpack_as("file", entry("other", "content") + end());
  unpack_as("folder", entry("data/", "", '5') + entry("data/sub/a", "x") + entry("./data/b", "y") +
                          entry("data/../../up", "bad") + end());
  unpack_as("nothing", entry("./", "", '2') + end());
  EXPECT_EQ(made(), "file folder folder/b folder/sub folder/sub/a ");
  EXPECT_THROW(unpack_as("folder", entry("other", "content") + end()), Fault);
}

TEST_F(TarReaderTest, KnowsThatTheEndIsMissing) {
  EXPECT_FALSE(unpack(entry("a", "content")));
  EXPECT_FALSE(unpack(""));
  EXPECT_FALSE(unpack(header("a", 5000) + "half"));
}

}  // namespace
}  // namespace ibtest
