#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/subprocess/process_loop.hpp"
#include "runner/target/target.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(MakeTarget, TakesEveryKindWithoutTouchingAnEngine) {
  ProcessLoop loop;
  const TargetContext context{.run_id = "r", .agent_executable = "/none", .loop = &loop};
  for (const auto* spec : {"docker:debian-12", "podman:alpine:3", "finch:public.ecr.aws/x/y@sha256:00", "local",
                           "ssh:host", "ssh:me@host:2222", "sandbox", "sandbox:/usr"}) {
    EXPECT_EQ(make_target(spec, context)->name(), spec);
  }
  EXPECT_TRUE(make_target("docker:x", context)->capabilities().snapshot);
  EXPECT_FALSE(make_target("local", context)->capabilities().snapshot);
  EXPECT_TRUE(make_target("sandbox", context)->capabilities().snapshot);
}

TEST(MakeTarget, OnlyWhatIsMadeForTheRunCanBeWithoutNetwork) {
  ProcessLoop loop;
  const TargetContext context{.run_id = "r", .agent_executable = "/none", .loop = &loop};
  EXPECT_TRUE(make_target("docker:x", context)->capabilities().networkless);
  EXPECT_TRUE(make_target("sandbox", context)->capabilities().networkless);
  EXPECT_FALSE(make_target("local", context)->capabilities().networkless);
}

TEST(MakeTarget, ListsKindsAndShortNamesForWhatItDoesNotKnow) {
  ProcessLoop loop;
  const TargetContext context{.run_id = "r", .agent_executable = "/none", .loop = &loop};
  for (const auto* spec : {"", "dokcer:debian-12", "docker", "docker:", "docker:--privileged", "docker:a b", ":x",
                           "debian-12", "sandbox:", "sandboxx"}) {
    try {
      static_cast<void>(make_target(spec, context));
      ADD_FAILURE() << spec;
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable) << spec;
      EXPECT_THAT(fault.remedy(), AllOf(HasSubstr("podman:IMAGE"), HasSubstr("local"), HasSubstr("al2023"))) << spec;
    }
  }
}

TEST(MakeTarget, RefusesAnAddressThatIsNone) {
  ProcessLoop loop;
  const TargetContext context{.run_id = "r", .agent_executable = "/none", .loop = &loop};
  for (const auto* spec : {"ssh", "ssh:", "ssh:me@", "ssh:host:port", "ssh:-oProxyCommand=id"})
    EXPECT_THROW(static_cast<void>(make_target(spec, context)), Fault) << spec;
  EXPECT_FALSE(make_target("ssh:host", context)->capabilities().snapshot);
}

TEST(MakeTarget, SuggestsTheNearestKind) {
  ProcessLoop loop;
  const TargetContext context{.run_id = "r", .agent_executable = "/none", .loop = &loop};
  struct Case {
    const char* spec;
    const char* words;
  };
  for (const Case& tested :
       {Case{"dcoker:x", "did you mean `docker:x`?"}, Case{"shh:me@host", "did you mean `ssh:me@host`?"},
        Case{"sandbx", "did you mean `sandbox`?"}, Case{"lcoal", "did you mean `local`?"},
        Case{"Podman:a:1", "did you mean `podman:a:1`?"}, Case{"vagrant:x", nullptr}}) {
    try {
      static_cast<void>(make_target(tested.spec, context));
      ADD_FAILURE() << tested.spec;
    } catch (const Fault& fault) {
      EXPECT_THAT(fault.message(), HasSubstr("there is no target of the kind"));
      if (tested.words != nullptr) {
        EXPECT_THAT(fault.message(), HasSubstr(tested.words));
      } else {
        EXPECT_THAT(fault.message(), testing::Not(HasSubstr("did you mean")));
      }
    }
  }
}

TEST(MakeTarget, SuggestsTheKindForABareShortName) {
  ProcessLoop loop;
  try {
    static_cast<void>(make_target("al2023", {.run_id = "r", .agent_executable = "/none", .loop = &loop}));
    FAIL() << "made";
  } catch (const Fault& fault) {
    EXPECT_THAT(fault.message(), HasSubstr("docker:al2023"));
  }
}

}  // namespace
}  // namespace ibtest
