#include "agent/document/nearest_name.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

constexpr std::array<std::string_view, 6> names = {"commands",    "timeoutSeconds", "onFailure",
                                                   "ExecuteBash", "ExecuteBinary",  "path"};

struct Case {
  std::string_view written;
  std::string_view expected;  ///< empty: none
};

class NearestName : public ::testing::TestWithParam<Case> {};

TEST_P(NearestName, FindsMisspellingsOnly) {
  EXPECT_EQ(nearest_name(GetParam().written, names).value_or(""), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Names, NearestName,
                         ::testing::Values(Case{"command", "commands"}, Case{"commadns", "commands"},
                                           Case{"COMMANDS", "commands"}, Case{"timeout_seconds", "timeoutSeconds"},
                                           Case{"timeoutSecond", "timeoutSeconds"}, Case{"on-failure", "onFailure"},
                                           Case{"executebash", "ExecuteBash"}, Case{"ExecuteBsh", "ExecuteBash"},
                                           Case{"pth", "path"}, Case{"xyz", ""}, Case{"when", ""}, Case{"", ""},
                                           Case{"-_", ""}, Case{"q", ""}, Case{"timeout", "timeoutSeconds"},
                                           Case{"failure", "onFailure"}, Case{"Execute", ""},
                                           Case{"commandsToRun", "commands"}));

TEST(NearestName, LeavesVeryLongNamesAlone) {
  EXPECT_FALSE(nearest_name(std::string(100'000, 'a'), names));
  EXPECT_FALSE(nearest_name("command", std::array<std::string_view, 0>{}));
}

TEST(CertainName, IsNearAndNothingElseIs) {
  const std::vector<std::string_view> actions = {"CopyFile", "MoveFile", "ListFiles", "ExecuteBash", "ExecuteBinary"};
  EXPECT_EQ(certain_name("ExecuteBsh", actions), "ExecuteBash");
  EXPECT_EQ(certain_name("executebash", actions), "ExecuteBash");
  EXPECT_EQ(certain_name("execute-bash", actions), "ExecuteBash");
  EXPECT_EQ(certain_name("CpoyFiles", actions), "CopyFile");
  EXPECT_EQ(certain_name("ExcuteBish", actions), "ExecuteBash");
  EXPECT_EQ(certain_name("ExxcuteBishh", actions), std::nullopt) << "three places";
  EXPECT_EQ(certain_name("CoveFile", actions), std::nullopt) << "one place from MoveFile, two from CopyFile";
  EXPECT_EQ(certain_name("Bash", actions), std::nullopt);
  EXPECT_EQ(certain_name("", actions), std::nullopt);
}

}  // namespace
}  // namespace ibtest
