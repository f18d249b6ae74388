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

class ListFiles : public ModuleTest {
 protected:
  ListFiles() {
    fs::create_directories(at("lib/sub/deeper"));
    for (const auto* name : {"lib/b.jar", "lib/a.jar", "lib/.h.jar", "lib/c.txt", "lib/sub/d.jar"})
      write(name, "");
  }
  std::string list(const Json& item) {
    const auto result = run("ListFiles", Json::array({item}));
    return result.error.empty() ? result.outputs.at(0).at("files").get<std::string>() : result.error;
  }
  /// The paths of these files of lib, joined as the module does.
  std::string paths(std::initializer_list<std::string> names) const {
    std::string text;
    for (const auto& name : names)
      text += (text.empty() ? "" : ",") + at("lib/" + name);
    return text;
  }
};

TEST_F(ListFiles, ListsTheFilesOfOneFolder_LISTFILES_1_LISTFILES_3_LISTFILES_4) {
  EXPECT_EQ(list({{"path", at("lib")}}), paths({".h.jar", "a.jar", "b.jar", "c.txt"}));
  EXPECT_THAT(context_.logged, ElementsAre("Found 4 files in " + at("lib")));
}

TEST_F(ListFiles, EntersSubFoldersIfAskedTo_LISTFILES_1) {
  write("lib/sub/deeper/e.jar", "");
  EXPECT_EQ(list({{"path", at("lib")}, {"recursive", true}}),
            paths({".h.jar", "a.jar", "b.jar", "c.txt", "sub/d.jar", "sub/deeper/e.jar"}));
}

TEST_F(ListFiles, MatchesNamesAndNotPaths_LISTFILES_2) {
  EXPECT_EQ(list({{"path", at("lib")}, {"fileNamePattern", "*.jar"}, {"recursive", true}}),
            paths({".h.jar", "a.jar", "b.jar", "sub/d.jar"}));
  EXPECT_EQ(list({{"path", at("lib")}, {"fileNamePattern", "*.j*r"}}), paths({".h.jar", "a.jar", "b.jar"}));
  EXPECT_EQ(list({{"path", at("lib")}, {"fileNamePattern", "a*"}}), paths({"a.jar"}));
  EXPECT_EQ(list({{"path", at("lib")}, {"fileNamePattern", "sub/*"}, {"recursive", true}}), "");
  EXPECT_EQ(list({{"path", at("lib")}, {"fileNamePattern", "[a]*"}}), "") << "GLOB-1";
  EXPECT_EQ(list({{"path", at("lib")}, {"fileNamePattern", ""}}), list({{"path", at("lib")}}));
}

TEST_F(ListFiles, WarnsOfCommas_LISTFILES_3) {
  write("lib/x,y", "");
  EXPECT_THAT(list({{"path", at("lib")}}), HasSubstr("x,y"));
  EXPECT_THAT(context_.warned,
              ElementsAre(at("lib/x,y") + " holds a comma, which also separates the paths of the result"));
}

TEST_F(ListFiles, ListsLinksToFilesAndEntersNoneToFolders_LISTFILES_4) {
  fs::create_symlink("a.jar", at("lib/link"));
  fs::create_directory_symlink("sub", at("lib/to-sub"));
  fs::create_directory_symlink("..", at("lib/sub/up"));
  ASSERT_EQ(::mkfifo(at("lib/pipe").c_str(), 0600), 0);
  EXPECT_EQ(list({{"path", at("lib")}, {"recursive", true}}),
            paths({".h.jar", "a.jar", "b.jar", "c.txt", "link", "sub/d.jar"}));
}

TEST_F(ListFiles, StartsWithThePathAsGiven_LISTFILES_4_GEN_12) {
  write("work/x", "");
  EXPECT_EQ(list({{"path", "."}}), at("work/x"));
  EXPECT_EQ(list({{"path", "../lib/sub/"}}), at("lib/sub/d.jar"));
  EXPECT_EQ(list({{"path", at("lib/sub///")}}), at("lib/sub/d.jar"));
  EXPECT_EQ(list({{"path", at("work/../lib/sub")}}), at("work/../lib/sub/d.jar"));
  fs::create_directory_symlink("lib/sub", at("link"));
  EXPECT_EQ(list({{"path", at("link")}}), at("link/d.jar"));
  EXPECT_THAT(list({{"path", "/"}, {"fileNamePattern", "no-such-file"}}), IsEmpty());
}

TEST_F(ListFiles, FindsNothingWithoutFailing_LISTFILES_4) {
  EXPECT_EQ(list({{"path", at("work")}}), "");
  EXPECT_THAT(context_.logged, ElementsAre("Found 0 files in " + at("work")));
}

TEST_F(ListFiles, NeedsAFolder_LISTFILES_5) {
  EXPECT_EQ(list({{"path", at("no")}}), "ListFiles: inputs[0]: " + at("no") + " does not exist");
  EXPECT_EQ(list({{"path", at("lib/a.jar")}}), "ListFiles: inputs[0]: " + at("lib/a.jar") + " is no folder");
}

TEST_F(ListFiles, HasOneOutputPerItem_OUT_5_OUT_9) {
  const auto both = run("ListFiles", {{{"path", at("lib/sub")}}, {{"path", at("work")}}});
  EXPECT_EQ(both.outputs, (Json{{{"files", at("lib/sub/d.jar")}}, {{"files", ""}}}));
  const auto failed = run("ListFiles", {{{"path", at("lib/sub")}}, {{"path", at("no")}}, {{"path", at("work")}}});
  EXPECT_THAT(failed.error, HasSubstr("inputs[1]"));
  EXPECT_EQ(failed.outputs, (Json::array({{{"files", at("lib/sub/d.jar")}}})));
}

TEST_F(ListFiles, ReplacesBytesThatAreNoUtf8_OUT_11) {
  write("lib/sub/\xff", "");
  EXPECT_EQ(list({{"path", at("lib/sub")}}), at("lib/sub/d.jar") + "," + at("lib/sub/\uFFFD"));
}

TEST_F(ListFiles, SaysWhoseKernelItIs) {
  EXPECT_NE(list({{"path", "/proc/self/fdinfo"}}), "");
  EXPECT_THAT(context_.logged.front(), HasSubstr("in a container that is the host's"));
}

TEST_F(ListFiles, Stops) {
  for (int i = 0; i < 200; ++i)
    write("work/" + std::to_string(i), "");
  context_.stop_after = 3;
  EXPECT_THAT(list({{"path", at("work")}}), HasSubstr("stopped while listing " + at("work")));
}

}  // namespace
}  // namespace ibtest
