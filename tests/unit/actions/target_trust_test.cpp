#include "actions/target_trust.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TargetTrust : public ModuleTest {};

TEST_F(TargetTrust, IsTheFirstOfTheUsualPlaces) {
  write("bundle", "certificates");
  write("empty", "");
  const std::string missing = at("missing");
  const std::string empty = at("empty");
  const std::string bundle = at("bundle");
  EXPECT_EQ(target_trust(context_, std::array<std::string_view, 3>{missing, empty, bundle}).file, bundle);
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(TargetTrust, FollowsTheStepsEnvironment) {
  context_.variables["SSL_CERT_FILE"] = "/some/file";
  context_.variables["SSL_CERT_DIR"] = "/some/folder";
  const auto store = target_trust(context_);
  EXPECT_EQ(store.file, "/some/file");
  EXPECT_EQ(store.folder, "/some/folder");
}

// Section 8.3: missing bundle: use the host's, with a warning.
TEST_F(TargetTrust, IsThatOfTheDevelopersMachineWhereTheTargetHasNone) {
  context_.runner = [](const nlohmann::json& question, nlohmann::json& answer) {
    EXPECT_EQ(question, nlohmann::json({{"ask", "ca-bundle"}}));
    answer["from"] = "/host/bundle";
    return std::string("the host's certificates");
  };
  EXPECT_EQ(target_trust(context_, {}).text, "the host's certificates");
  EXPECT_THAT(context_.warned,
              ElementsAre(HasSubstr("using the one of the machine that ibtest runs on (/host/bundle)")));
}

TEST_F(TargetTrust, IsEmptyWhereNobodyHasOne) {
  EXPECT_TRUE(target_trust(context_, {}).empty());
  EXPECT_THAT(context_.warned, ElementsAre("the target has no list of certificate authorities: nobody is there"));
}

}  // namespace
}  // namespace ibtest
