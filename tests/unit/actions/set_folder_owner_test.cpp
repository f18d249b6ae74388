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
using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
  bool operator==(const Owner&) const = default;
};

Owner owner_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return {status.st_uid, status.st_gid};
}

class SetFolderOwner : public ModuleTest {
 protected:
  SetFolderOwner() {
    fs::create_directories(at("tree/sub"));
    write("tree/a", "");
    write("tree/sub/b", "");
    write("outside", "");
    fs::create_symlink("../outside", at("tree/link"));
    fs::create_directory_symlink("../work", at("tree/to-work"));
  }
  std::string set(const Json& item) { return run("SetFolderOwner", Json::array({item})).error; }
  const Owner executor_ = {::geteuid(), ::getegid()};
};

TEST_F(SetFolderOwner, SetsOwnerAndGroupOfEverything_SETFOLDEROWNER_1_SETFOLDEROWNER_3) {
  if (!root_or_say_why_not()) return;
  EXPECT_EQ(set({{"path", at("tree/")}, {"owner", "games"}}), "");
  for (const auto* name : {"tree", "tree/a", "tree/sub", "tree/sub/b"})
    EXPECT_EQ(owner_of(at(name)), (Owner{5, 60})) << name << ": OWN-3, the primary group";
  EXPECT_THAT(context_.logged, ElementsAre("Set the owner of folder " + at("tree") + " and everything in it"));
}

TEST_F(SetFolderOwner, SetsTheFolderOnlyIfAskedTo_SETFOLDEROWNER_1) {
  if (!root_or_say_why_not()) return;
  EXPECT_EQ(set({{"path", at("tree")}, {"owner", "daemon"}, {"group", "bin"}, {"recursive", false}}), "");
  EXPECT_EQ(owner_of(at("tree")), (Owner{1, 2}));
  EXPECT_EQ(owner_of(at("tree/a")), executor_);
}

TEST_F(SetFolderOwner, ChangesLinksBelowAndFollowsThePath_SETFOLDEROWNER_2) {
  if (!root_or_say_why_not()) return;
  fs::create_directory_symlink("tree", at("link"));
  EXPECT_EQ(set({{"path", at("link")}, {"owner", "daemon"}}), "");
  EXPECT_EQ(owner_of(at("link")), executor_);
  EXPECT_EQ(owner_of(at("tree")), (Owner{1, 1}));
  EXPECT_EQ(owner_of(at("tree/link")), (Owner{1, 1}));
  EXPECT_EQ(owner_of(at("tree/to-work")), (Owner{1, 1}));
  EXPECT_EQ(owner_of(at("outside")), executor_);
  EXPECT_EQ(owner_of(at("work")), executor_);
  EXPECT_EQ(set({{"path", at("link")}, {"owner", "bin"}, {"recursive", false}}), "");
  EXPECT_EQ(owner_of(at("link")), executor_);
  EXPECT_EQ(owner_of(at("tree")), (Owner{2, 2}));
}

TEST_F(SetFolderOwner, NeedsAFolderAndAccounts_SETFOLDEROWNER_3_OWN_2) {
  EXPECT_EQ(set({{"path", at("tree/a")}, {"owner", "daemon"}}),
            "SetFolderOwner: inputs[0]: " + at("tree/a") + " is no folder; SetFileOwner sets the owner of files");
  EXPECT_EQ(set({{"path", at("no")}, {"owner", "daemon"}}),
            "SetFolderOwner: inputs[0]: " + at("no") + " does not exist");
  EXPECT_EQ(set({{"path", at("tree")}, {"owner", "nobody-here"}}),
            "SetFolderOwner: inputs[0]: owner: unknown user `nobody-here`");
  EXPECT_EQ(owner_of(at("tree")), executor_);
}

TEST_F(SetFolderOwner, Stops) {
  for (int i = 0; i < 200; ++i)
    write("tree/" + std::to_string(i), "");
  context_.stop_after = 3;
  EXPECT_THAT(set({{"path", at("tree")}, {"owner", "0"}, {"group", "0"}}),
              HasSubstr("stopped while setting the owner of " + at("tree")));
}

}  // namespace
}  // namespace ibtest
