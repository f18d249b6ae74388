// Bad input, for every module that runs on Linux: each is a failure that names the module and the input, and leaves
// everything as it was. What only one module can do wrong is in the tests of that module.
#include <algorithm>
#include <map>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/inputs/decode_inputs.hpp"
#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using Outcome = ActionResult::Outcome;
using Json = nlohmann::ordered_json;

/// Modules with a table of inputs.
std::vector<const ActionModule*> modules_with_tables() {
  std::vector<const ActionModule*> modules;
  for (const ActionModule* module : all_actions()) {
    if (module->shape != InputShape::condition) modules.push_back(module);
  }
  return modules;
}

/// A value of the right type.
Json good_value(const InputField& field) {
  switch (field.type) {
    case InputType::string:
    case InputType::string_or_list:
      return field.accepted.empty() ? Json("a") : Json(std::string(field.accepted.front()));
    case InputType::string_list:
      return Json::array({"a"});
    case InputType::boolean:
      return "true";
    case InputType::integer:
      return "1";
    case InputType::string_map:
      return Json::object({{"A", "a"}});
    case InputType::named_values:
      return Json::array({Json::object({{"name", "A"}, {"value", "a"}})});
  }
  return {};
}

Json good_item(const ActionModule& module) {
  Json item = Json::object();
  for (const InputField& field : module.inputs) {
    if (field.required) item[std::string(field.name)] = good_value(field);
  }
  if (!module.one_of.empty()) {
    const auto field = std::ranges::find(module.inputs, module.one_of.front(), &InputField::name);
    item[std::string(field->name)] = good_value(*field);
  }
  return item;
}

std::string refusal(const ActionModule& module, const Json& item) {
  const Json inputs = module.shape == InputShape::list ? Json::array({item}) : item;
  return ActionInputsDecoder::decode(module, inputs).error;
}

TEST(BadInputs, NeverReachAModuleIncomplete_GEN_4) {
  for (const ActionModule* module : modules_with_tables()) {
    ASSERT_EQ(refusal(*module, good_item(*module)), "") << module->name;
    for (const InputField& field : module->inputs) {
      if (!field.required) continue;
      Json item = good_item(*module);
      item.erase(std::string(field.name));
      if (item.empty() && module->shape == InputShape::object) continue;  // then there are no inputs at all
      EXPECT_THAT(refusal(*module, item), AllOf(StartsWith(std::string(module->name) + ": "),
                                                HasSubstr(std::string(field.name) + " is missing")));
      item[std::string(field.name)] = "";
      EXPECT_THAT(refusal(*module, item),
                  AllOf(StartsWith(std::string(module->name) + ": "), HasSubstr(std::string(field.name))))
          << "empty";
    }
  }
}

TEST(BadInputs, OfAnotherTypeAreNamed_GEN_7_GEN_8) {
  for (const ActionModule* module : modules_with_tables()) {
    for (const InputField& field : module->inputs) {
      std::vector<Json> wrong = {Json::object({{"a", "b"}}), Json::array({Json::array({"a"})})};
      if (field.type == InputType::string_map) wrong.front() = "text";
      if (field.type == InputType::boolean) wrong.emplace_back("yes");
      if (field.type == InputType::integer) wrong.emplace_back("many");
      if (field.type == InputType::string_list) wrong.emplace_back("text");
      for (const Json& value : wrong) {
        Json item = good_item(*module);
        item[std::string(field.name)] = value;
        for (const std::string_view other : module->one_of) {
          if (other != field.name && field.name != "a") item.erase(std::string(other));
        }
        EXPECT_THAT(refusal(*module, item),
                    AllOf(StartsWith(std::string(module->name) + ": "), HasSubstr(std::string(field.name))))
            << value;
      }
    }
  }
}

TEST(BadInputs, ThatAreNoneAreRefusedUnlessTheModuleNeedsNone_GEN_3_STEP_4) {
  for (const ActionModule* module : modules_with_tables()) {
    for (const char* const nothing : {"null", "{}", "[]"}) {
      const auto decoded = ActionInputsDecoder::decode(*module, Json::parse(nothing));
      if (module->inputs_optional) {
        EXPECT_EQ(decoded.inputs.has_value(), std::string_view(nothing) != "[]" || decoded.error.empty());
        continue;
      }
      EXPECT_EQ(decoded.error, "Action " + std::string(module->name) + " has no inputs; it requires an 'inputs'");
    }
  }
}

TEST(SurplusInputs, AreIgnored_GEN_5) {
  for (const ActionModule* module : modules_with_tables()) {
    Json item = good_item(*module);
    item["noSuchInput"] = "x";
    EXPECT_EQ(refusal(*module, item), "") << module->name;
  }
}

/// A file module, and which of its inputs names what must exist.
struct PathCase {
  std::string action;
  bool wants_folder;
  std::string input;
  Json others;
};

const std::vector<PathCase>& existing_paths() {
  static const std::vector<PathCase> cases = {
      {"AppendFile", false, "path", {{"content", "x"}}},
      {"CopyFile", false, "source", {{"destination", "made"}}},
      {"CopyFolder", true, "source", {{"destination", "made"}}},
      {"DeleteFile", false, "path", Json::object()},
      {"DeleteFolder", true, "path", Json::object()},
      {"ListFiles", true, "path", Json::object()},
      {"MoveFile", false, "source", {{"destination", "made"}}},
      {"MoveFolder", true, "source", {{"destination", "made"}}},
      {"ReadFile", false, "path", Json::object()},
      {"SetFileEncoding", false, "path", {{"encoding", "utf16"}}},
      {"SetFileOwner", false, "path", {{"owner", "0"}}},
      {"SetFilePermissions", false, "path", {{"permissions", "0600"}}},
      {"SetFolderOwner", true, "path", {{"owner", "0"}}},
      {"SetFolderPermissions", true, "path", {{"permissions", "0700"}}},
      {"S3Upload", false, "source", {{"destination", "s3://bucket/key"}}},
  };
  return cases;
}

class BadPaths : public ModuleTest {
 protected:
  ActionResult run_with(const PathCase& tested, const std::string& path) {
    Json item = tested.others;
    item[tested.input] = path;
    return run(tested.action, Json::array({item}));
  }
  /// Names, kinds, modes and contents of everything in the working folder.
  [[nodiscard]] std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(at("work"))) {
      struct stat status {};
      ::lstat(entry.path().c_str(), &status);
      found[entry.path().string()] =
          std::to_string(status.st_mode) + (S_ISREG(status.st_mode) ? " " + read_file(entry.path()) : "");
    }
    return found;
  }
  void expect_failure_without_trace(const PathCase& tested, const std::string& path) {
    const auto before = everything();
    const auto result = run_with(tested, path);
    EXPECT_EQ(result.outcome, Outcome::failure) << tested.action << " " << path;
    EXPECT_THAT(result.error, HasSubstr(path)) << tested.action;
    EXPECT_EQ(everything(), before) << tested.action << " " << path;
  }
};

TEST_F(BadPaths, ThatDoNotExistAreNamed) {
  for (const PathCase& tested : existing_paths()) {
    expect_failure_without_trace(tested, "none");
    expect_failure_without_trace(tested, "no/such/folder/none");
  }
}

TEST_F(BadPaths, ThatAreAFolderInsteadOfAFileOrAFileInsteadOfAFolderAreNamed) {
  std::filesystem::create_directories(at("work/folder/below"));
  write("work/file", "content");
  write("work/folder/file", "content");
  for (const PathCase& tested : existing_paths()) {
    expect_failure_without_trace(tested, tested.wants_folder ? "file" : "folder");
    expect_failure_without_trace(tested, "file/below");
  }
}

TEST_F(BadPaths, ThatAreLinksInACircleAreNamed) {
  std::filesystem::create_symlink("second", at("work/first"));
  std::filesystem::create_symlink("first", at("work/second"));
  for (const PathCase& tested : existing_paths()) {
    const std::string& action = tested.action;
    // Links are moved and removed as they are (MOVEFILE-4, DELETEFILE-3, DELETEFOLDER-3).
    if (action == "MoveFile" || action == "DeleteFile" || action == "DeleteFolder") continue;
    expect_failure_without_trace(tested, "first");
    expect_failure_without_trace(tested, "first/below");
  }
  for (const char* const action : {"CreateFile", "CreateFolder"}) {
    const auto before = everything();
    EXPECT_THAT(run(action, {{{"path", "first"}}}).error, HasSubstr("first")) << action;
    EXPECT_THAT(run(action, {{{"path", "first/below"}}}).error, HasSubstr("first")) << action;
    EXPECT_EQ(everything(), before) << action;
  }
}

TEST_F(BadPaths, ThatNothingMatchesAreNamed_COPYFILE_8_S3UPLOAD_9) {
  write("work/file", "content");
  for (const PathCase& tested : existing_paths()) {
    const std::string& action = tested.action;
    if (action == "CopyFile" || action == "CopyFolder" || action == "MoveFile" || action == "MoveFolder" ||
        action == "S3Upload")
      expect_failure_without_trace(tested, "none*");
  }
}

TEST_F(BadPaths, OnAReadOnlyFileSystemAreNamed) {
  if (!root_or_say_why_not()) return;
  std::filesystem::create_directories(at("work/disk/folder"));
  write("work/disk/file", "content");
  write("work/other", "other");
  const auto mount = Mount::read_only(at("work/disk"));
  if (!mount.is_mounted()) return;
  for (const PathCase& tested : existing_paths()) {
    const std::string& action = tested.action;
    const bool only_reads =
        action.starts_with("Copy") || action == "ListFiles" || action == "ReadFile" || action == "S3Upload";
    if (!only_reads) expect_failure_without_trace(tested, tested.wants_folder ? "disk/folder" : "disk/file");
  }
  const std::vector<std::pair<std::string, Json>> writers = {
      {"CreateFile", {{"path", "disk/new"}}},
      {"CreateFile", {{"path", "disk/file"}}},
      {"CreateFile", {{"path", "disk/new/folder/file"}}},
      {"CreateFolder", {{"path", "disk/new"}}},
      {"CreateSymlink", {{"path", "disk/new"}, {"target", at("work/other")}}},
      {"CopyFile", {{"source", "other"}, {"destination", "disk/new"}}},
      {"CopyFile", {{"source", "other"}, {"destination", "disk/file"}}},
      {"MoveFile", {{"source", "other"}, {"destination", "disk/new"}}},
      {"S3Download", {{"source", "s3://bucket/key"}, {"destination", "disk/new"}}},
      {"WebDownload", {{"source", "http://127.0.0.1:1/file"}, {"destination", "disk/new"}}},
  };
  for (const auto& [action, item] : writers) {
    const auto before = everything();
    const auto result = run(action, Json::array({item}));
    EXPECT_EQ(result.outcome, Outcome::failure) << action << item;
    EXPECT_THAT(result.error, AllOf(HasSubstr("/disk"), HasSubstr("Read-only file system"))) << action << item;
    EXPECT_EQ(everything(), before) << action << item;
  }
}

TEST_F(BadPaths, WithBlanksUmlautsQuotesAndLineBreaksAreNoneAtAll) {
  const std::string name = "a b\n'ü\" $x\\;&|€😀 ";
  const std::string folder = "d " + name;
  const auto succeeds = [this](const std::string& action, const Json& item) {
    const auto result = run(action, Json::array({item}));
    EXPECT_EQ(result.error, "") << action;
    return result;
  };
  succeeds("CreateFile", {{"path", name}, {"content", "1"}});
  succeeds("AppendFile", {{"path", name}, {"content", "2"}});
  succeeds("SetFilePermissions", {{"path", name}, {"permissions", "0640"}});
  succeeds("SetFileEncoding", {{"path", name}});
  succeeds("CreateFolder", {{"path", folder}});
  succeeds("CopyFile", {{"source", name}, {"destination", folder + "/"}});
  succeeds("MoveFile", {{"source", name}, {"destination", folder + "/moved" + name}});
  succeeds("CopyFolder", {{"source", folder}, {"destination", "copy" + name}});
  succeeds("CreateSymlink", {{"path", "link" + name}, {"target", folder}});
  EXPECT_EQ(succeeds("ReadFile", {{"path", "copy" + name + "/" + name}}).outputs[0]["content"], "12");
  EXPECT_THAT(succeeds("ListFiles", {{"path", folder}}).outputs[0]["files"].get<std::string>(),
              HasSubstr("/moved" + name));
  succeeds("MoveFolder", {{"source", "copy" + name}, {"destination", "moved" + name}});
  succeeds("DeleteFile", {{"path", folder + "/" + name}});
  succeeds("DeleteFolder", {{"path", "moved" + name}, {"force", "true"}});
  EXPECT_EQ(read("work/" + folder + "/moved" + name), "12");
}

TEST_F(BadPaths, OfDownloadsLeaveTheOldFileOnAFullDisk_EMU_16) {
  const auto disk = Mount::small_disk(at("work/disk"));
  if (!disk.is_mounted()) return;
  write("work/disk/old", "keep me");
  context_.runner = [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
    answer["size"] = 200'000;
    return std::string(200'000, 'x');
  };
  const PathCase download = {"S3Download", false, "destination", {{"source", "s3://bucket/key"}}};
  expect_failure_without_trace(download, "disk/old");
  expect_failure_without_trace(download, "disk/new");
  EXPECT_THAT(run_with(download, "disk/new").error, HasSubstr("No space left on device"));
}

TEST_F(BadPaths, OfUnknownAccountsChangeNothing_OWN_2) {
  std::filesystem::create_directories(at("work/folder"));
  write("work/file", "content");
  for (const auto& [action, path] : std::vector<std::pair<std::string, std::string>>{{"CreateFile", "new"},
                                                                                     {"CreateFile", "file"},
                                                                                     {"CreateFolder", "new"},
                                                                                     {"SetFileOwner", "file"},
                                                                                     {"SetFolderOwner", "folder"}}) {
    const auto before = everything();
    EXPECT_THAT(run(action, {{{"path", path}, {"owner", "nobody-here"}}}).error, HasSubstr("nobody-here")) << action;
    EXPECT_THAT(run(action, {{{"path", path}, {"owner", "0"}, {"group", "no-group"}}}).error, HasSubstr("no-group"))
        << action;
    EXPECT_EQ(everything(), before) << action;
  }
}

}  // namespace
}  // namespace ibtest
