#include "agent/protocol/event.hpp"
#include "target_fixture.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

class LocalTargetTest : public TargetTest {};

TEST_F(LocalTargetTest, RefusesWithoutTheOptionThatAllowsIt) {
  const auto under_test = make_target("local", context());
  try {
    under_test->prepare(progress_);
    FAIL() << "prepared";
  } catch (const Fault& fault) {
    EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
    EXPECT_THAT(fault.remedy(), HasSubstr("--i-know-this-changes-my-machine"));
  }
}

TEST_F(LocalTargetTest, ExecutesOnThisMachine) {
  auto allowed = context();
  allowed.allow_local = true;
  const auto under_test = make_target("local", allowed);
  EXPECT_FALSE(under_test->capabilities().snapshot);
  under_test->prepare(progress_);
  const auto machine = under_test->start(nullptr, progress_);
  const auto connection = machine->connect();
  EXPECT_EQ(execute(*connection, "echo here > " + (folder_ / "made").string() + "; cat " + (folder_ / "made").string()),
            "here\nsuccess");
  machine->copy_out(folder_.string(), folder_.string() + "-copy");
  EXPECT_TRUE(std::filesystem::exists(folder_.string() + "-copy/made"));
  std::filesystem::remove_all(folder_.string() + "-copy");
}

}  // namespace
}  // namespace ibtest
