#include <algorithm>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/action.hpp"

namespace ibtest {
namespace {

/// "execute_bash" for "ExecuteBash", "s3_download" for "S3Download", "install_msi" for "InstallMSI".
std::string file_stem_of(std::string_view action) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::string stem;
  for (std::size_t i = 0; i < action.size(); ++i) {
    const bool starts_word =
        i > 0 && is_upper(action[i]) &&
        (!is_upper(action[i - 1]) || (i + 1 < action.size() && action[i + 1] >= 'a' && action[i + 1] <= 'z'));
    if (starts_word) stem += '_';
    stem += is_upper(action[i]) ? static_cast<char>(action[i] - 'A' + 'a') : action[i];
  }
  return stem;
}

TEST(Catalog, ListsEveryModuleFileOfTheFolder) {
  std::set<std::string> listed;
  for (const ActionModule* module : all_actions())
    listed.insert(file_stem_of(module->name));
  for (const std::string& stem : listed)
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(IBTEST_SOURCE) / "actions" / (stem + ".cpp"))) << stem;
}

TEST(Catalog, FindsModulesByExactName_GEN_1_D_11) {
  for (const ActionModule* module : all_actions())
    EXPECT_EQ(find_action(module->name), module);
  EXPECT_EQ(find_action("executebash"), nullptr);
  EXPECT_EQ(find_action("ExecuteBash "), nullptr);
  EXPECT_EQ(find_action(""), nullptr);
}

TEST(Catalog, HasTheThirtyModulesOfTheSpecification_STEP_2) {
  std::set<std::string_view> names;
  for (const ActionModule* module : all_actions())
    names.insert(module->name);
  const std::set<std::string_view> specified = {"AppendFile",
                                                "Assert",
                                                "CopyFile",
                                                "CopyFolder",
                                                "CreateFile",
                                                "CreateFolder",
                                                "CreateSymlink",
                                                "DeleteFile",
                                                "DeleteFolder",
                                                "ExecuteBash",
                                                "ExecuteBinary",
                                                "ExecuteDocument",
                                                "ExecutePowerShell",
                                                "InstallMSI",
                                                "ListFiles",
                                                "MoveFile",
                                                "MoveFolder",
                                                "ReadFile",
                                                "Reboot",
                                                "S3Download",
                                                "S3Upload",
                                                "SetFileEncoding",
                                                "SetFileOwner",
                                                "SetFilePermissions",
                                                "SetFolderOwner",
                                                "SetFolderPermissions",
                                                "SetRegistry",
                                                "UninstallMSI",
                                                "UpdateOS",
                                                "WebDownload"};
  EXPECT_EQ(names, specified);
}

TEST(Catalog, TablesAreSound) {
  for (const ActionModule* module : all_actions()) {
    SCOPED_TRACE(module->name);
    EXPECT_FALSE(module->summary.empty());
    EXPECT_FALSE(module->platforms.empty());
    std::set<std::string_view> names;
    for (const auto& field : module->inputs) {
      SCOPED_TRACE(field.name);
      EXPECT_TRUE(names.insert(field.name).second);
      EXPECT_FALSE(field.description.empty());
      if (field.required) {
        EXPECT_EQ(field.default_value, "");
      }
      if (field.type == InputType::boolean) {
        EXPECT_TRUE(field.default_value == "true" || field.default_value == "false");
      }
      if (!field.accepted.empty() && !field.default_value.empty()) {
        EXPECT_THAT(field.accepted, testing::Contains(field.default_value));
      }
    }
    for (const auto name : module->one_of) {
      EXPECT_TRUE(names.contains(name)) << name;
    }
  }
}

TEST(Catalog, RunsWhatRunsOnLinux_GEN_14) {
  for (const ActionModule* module : all_actions()) {
    const bool on_linux = std::ranges::find(module->platforms, Platform::linux_os) != module->platforms.end();
    EXPECT_EQ(module->run != nullptr, on_linux) << module->name;
  }
}

}  // namespace
}  // namespace ibtest
