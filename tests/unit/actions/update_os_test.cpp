#include <algorithm>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Outcome = ActionResult::Outcome;
using Json = nlohmann::ordered_json;

// Programs in PATH write down how they were called; what is installed stands in a file.
class UpdateOS : public ModuleTest {
 protected:
  UpdateOS() {
    std::filesystem::create_directory(at("bin"));
    context_.variables["PATH"] = at("bin");
    add_program("sudo", "shift; exec \"$@\"");  // where the tests do not run as root
    write("before", "");
  }

  void add_program(const std::string& name, const std::string& script) {
    write("bin/" + name, "#!/bin/sh\nPATH=/usr/bin:/bin:$PATH\n" + script + "\n");
    ASSERT_EQ(::chmod(at("bin/" + name).c_str(), 0755), 0);
  }
  /// One that writes down its arguments, and goes on so.
  void add_recorder(const std::string& name, const std::string& script = "") {
    add_program(name, "echo \"" + name + " $*\" >> " + at("calls") + "\n" + script);
  }
  void add_apt(const std::string& apt_get = "") {
    add_recorder("apt-get", apt_get);
    add_recorder("apt-mark");
    add_query("dpkg-query");
  }
  void add_yum(const std::string& yum = "") {
    add_recorder("yum", yum);
    add_query("rpm");
  }
  /// Prints `before` the first time, then `after` where it is there.
  void add_query(const std::string& name) {
    add_program(name,
                "cd " + at("") + "; if [ -e asked ] && [ -e after ]; then cat after; else cat before; fi; >asked");
  }
  ActionResult update(const std::vector<std::string>& include = {}, const std::vector<std::string>& exclude = {}) {
    Json inputs = Json::object();
    if (!include.empty()) inputs["include"] = include;
    if (!exclude.empty()) inputs["exclude"] = exclude;
    return run("UpdateOS", inputs);
  }
  [[nodiscard]] std::string calls() const { return exists("calls") ? read("calls") : ""; }

  const std::string options_ = "-y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ";
};

constexpr const char* installed_debs =
    "install ok installed\tbash\tbash\tamd64\t5.2\n"
    "hold ok installed\tvim\tvim\tamd64\t9.0\n"
    "install ok installed\tlibc6:amd64\tlibc6\tamd64\t2.36\n"
    "install ok installed\tlibc-bin\tlibc-bin\tamd64\t2.36\n"
    "deinstall ok config-files\tnano\tnano\tamd64\t7.2\n";

TEST_F(UpdateOS, UpdatesEverythingWithApt_UPDATEOS_1_UPDATEOS_6_EMU_UPDATEOS_2) {
  add_apt("echo \"$DEBIAN_FRONTEND $(readlink /proc/self/fd/0)\" >> " + at("surroundings"));
  const auto result = update();
  EXPECT_EQ(result.outcome, Outcome::success) << result.error;
  EXPECT_EQ(result.outputs.dump(), "[]");
  EXPECT_EQ(calls(), "apt-get -y update\napt-get " + options_ + "upgrade\n");
  EXPECT_EQ(read("surroundings"), "noninteractive /dev/null\nnoninteractive /dev/null\n");
  EXPECT_THAT(context_.warned, IsEmpty());
}

TEST_F(UpdateOS, TakesAbsentAndEmptyInputsForEverything_GEN_3_UPDATEOS_1) {
  add_apt();
  EXPECT_EQ(run("UpdateOS", nullptr).outcome, Outcome::success);
  EXPECT_EQ(run("UpdateOS", {{"include", Json::array()}}).outcome, Outcome::success);
  EXPECT_THAT(calls(), EndsWith("upgrade\napt-get -y update\napt-get " + options_ + "upgrade\n"));
}

TEST_F(UpdateOS, GivesAptTheNamesOfInstalledPackages_UPDATEOS_2_UPDATEOS_7) {
  add_apt();
  write("before", installed_debs);
  write("after",
        "install ok installed\tbash\tbash\tamd64\t5.2\ninstall ok installed\tlibc6:amd64\tlibc6\tamd64\t2.37\n");
  const auto result = update({"bash", "libc*", "v*", "nano", "no-such"});
  EXPECT_EQ(result.outcome, Outcome::success) << result.error;
  EXPECT_EQ(calls(), "apt-get -y update\napt-get " + options_ + "install --only-upgrade bash libc-bin libc6:amd64\n");
  EXPECT_THAT(context_.warned, Contains("bash has no update"));
  EXPECT_THAT(context_.warned, Not(Contains("libc* has no update")));
  EXPECT_THAT(context_.warned, Contains("nano is not installed, and UpdateOS adds no packages"));
  EXPECT_THAT(context_.warned, Contains("no-such is not installed, and UpdateOS adds no packages"));
  EXPECT_THAT(context_.logged, Contains("vim is on hold and is not updated"));
}

TEST_F(UpdateOS, HoldsWhatIsExcludedAndNotHeldAlready_UPDATEOS_6) {
  add_apt();
  write("before", installed_debs);
  EXPECT_EQ(update({}, {"libc6:amd64", "vim", "kernel"}).outcome, Outcome::success);
  EXPECT_EQ(calls(), "apt-get -y update\napt-mark hold libc6:amd64\napt-get " + options_ +
                         "upgrade\napt-mark unhold libc6:amd64\n");
  EXPECT_THAT(context_.logged, Contains("kernel in `exclude` means no installed package"));
}

TEST_F(UpdateOS, ReleasesWhatItHoldsOnFailure_UPDATEOS_6_UPDATEOS_11) {
  add_apt("case $* in *upgrade) echo 'E: Could not get lock /var/lib/dpkg/lock' >&2; exit 100;; esac");
  write("before", installed_debs);
  const auto result = update({}, {"bash"});
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.error, "UpdateOS: apt-get upgrade: exit status 100");
  EXPECT_EQ(result.exit_code, 100);
  EXPECT_THAT(calls(), EndsWith("upgrade\napt-mark unhold bash\n"));
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("another package manager is at work")));
}

TEST_F(UpdateOS, ReleasesWhatItHoldsWhenTheStepMustEnd_UPDATEOS_6_GEN_18) {
  add_apt();
  write("before", installed_debs);
  context_.stop_after = 3;
  EXPECT_EQ(update({}, {"bash"}).outcome, Outcome::failure);
  EXPECT_EQ(calls(), "apt-get -y update\napt-mark hold bash\napt-mark unhold bash\n");
}

TEST_F(UpdateOS, SaysWhatStaysOnHold) {
  add_apt();
  add_recorder("apt-mark", "[ $1 = hold ]");
  write("before", installed_debs);
  EXPECT_EQ(update({}, {"bash"}).outcome, Outcome::success);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("the packages bash are still on hold")));
}

TEST_F(UpdateOS, LeavesExcludedOutOfIncluded_UPDATEOS_1) {
  add_apt();
  write("before", installed_debs);
  EXPECT_EQ(update({"libc*", "bash"}, {"libc6"}).outcome, Outcome::success);
  EXPECT_THAT(calls(), HasSubstr("apt-mark hold libc6:amd64\napt-get " + options_ +
                                 "install --only-upgrade bash libc-bin\napt-mark unhold"));
}

TEST_F(UpdateOS, UpdatesNothingWhenNoIncludedNameIsLeft_UPDATEOS_1_UPDATEOS_7) {
  add_apt();
  write("before", installed_debs);
  EXPECT_EQ(update({"bash", "no-such"}, {"ba*"}).outcome, Outcome::success);
  EXPECT_EQ(calls(), "apt-get -y update\n");
}

TEST_F(UpdateOS, FailsWhenPackageListsCannotBeFetched_UPDATEOS_11) {
  add_apt("echo \"E: Temporary failure resolving 'deb.debian.org'\" >&2; exit 100");
  EXPECT_EQ(update().error, "UpdateOS: apt-get update: exit status 100");
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("does not reach its package repositories")));
}

TEST_F(UpdateOS, WarnsWhenSomePackageListsCannotBeFetched) {
  add_apt("echo 'W: Some index files failed to download. They have been ignored, or old ones used instead.' >&2");
  EXPECT_EQ(update().outcome, Outcome::success);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("not all package repositories could be read")));
}

TEST_F(UpdateOS, NeverAsksForAReboot_UPDATEOS_10) {
  add_yum("exit 194");
  const auto result = update();
  EXPECT_EQ(result.outcome, Outcome::failure);
  EXPECT_EQ(result.error, "UpdateOS: yum update: exit status 194");
}

TEST_F(UpdateOS, UpdatesKernelsWithoutAReboot_EMU_UPDATEOS_6_UPDATEOS_10) {
  add_yum();
  write("before", "kernel\t5.10\t1\tx86_64\n");
  write("after", "kernel\t5.10\t1\tx86_64\nkernel\t5.10\t2\tx86_64\n");
  const auto result = update();
  EXPECT_EQ(result.outcome, Outcome::success);
  EXPECT_EQ(calls(), "yum -y update\n");
}

TEST_F(UpdateOS, NeedsNoSudoAsRoot_EMU_UPDATEOS_4) {
  if (!root_or_say_why_not()) return;
  std::filesystem::remove(at("bin/sudo"));
  add_yum();
  EXPECT_EQ(update().error, "");
  EXPECT_EQ(calls(), "yum -y update\n");
}

constexpr const char* installed_rpms = "bash\t5.2\t1.amzn2\tx86_64\nkernel\t5.10\t1\tx86_64\nkernel\t5.10\t2\tx86_64\n";

TEST_F(UpdateOS, PassesListsToYum_UPDATEOS_5_UPDATEOS_7) {
  add_yum();
  write("before", installed_rpms);
  write("after", std::string(installed_rpms) + "kernel\t5.10\t3\tx86_64\n");
  EXPECT_EQ(update().outcome, Outcome::success);
  EXPECT_EQ(update({}, {"kernel*", "bash"}).outcome, Outcome::success);
  EXPECT_THAT(context_.warned, IsEmpty());
  EXPECT_EQ(update({"ker*", "bash.x86_64", "no-such", "@base", "kernel-5.10-1"}).outcome, Outcome::success);
  EXPECT_EQ(calls(),
            "yum -y update\nyum -y update --exclude=kernel* --exclude=bash\n"
            "yum -y update ker* bash.x86_64 @base kernel-5.10-1\n");
  EXPECT_THAT(context_.warned,
              ElementsAre("no-such is not installed, and UpdateOS adds no packages", "bash.x86_64 has no update"));
}

TEST_F(UpdateOS, RunsNoYumWithoutNamesWhenSomeWereGiven_UPDATEOS_1) {
  add_yum();
  write("before", installed_rpms);
  EXPECT_EQ(update({"bash", "no-such"}, {"b*"}).outcome, Outcome::success);
  EXPECT_EQ(calls(), "");
}

TEST_F(UpdateOS, LeavesNamesToYumWhereRpmIsMissing_UPDATEOS_5) {
  add_recorder("yum");
  EXPECT_EQ(update({"bash"}).outcome, Outcome::success);
  EXPECT_EQ(calls(), "yum -y update bash\n");
}

TEST_F(UpdateOS, PrefersYum_EMU_UPDATEOS_1) {
  add_apt();
  add_yum();
  EXPECT_EQ(update().outcome, Outcome::success);
  EXPECT_EQ(calls(), "yum -y update\n");
}

TEST_F(UpdateOS, NamesTheOtherPackageManagerOfTheTarget_UPDATEOS_3_EMU_UPDATEOS_1) {
  const std::string neither =
      "UpdateOS: the target has neither yum nor apt-get in PATH, and UpdateOS works with these only";
  EXPECT_EQ(update().error, neither);
  add_program("microdnf", "");
  EXPECT_EQ(update().error,
            neither + "; it has microdnf: update with `microdnf -y upgrade` in an ExecuteBash step instead");
  add_program("dnf", "");
  EXPECT_THAT(update().error, HasSubstr("it has dnf: update with `dnf -y upgrade`"));
}

TEST_F(UpdateOS, DoesNothingWhenSkipped_EMU_UPDATEOS_5) {
  add_apt();
  context_.skip_updates = true;
  EXPECT_EQ(update({"bash"}).outcome, Outcome::success);
  EXPECT_EQ(calls(), "");
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("skipped by option")));
}

TEST_F(UpdateOS, RefusesWhatProgramsWouldTakeForOptions) {
  add_yum();
  EXPECT_EQ(update({"bash", "--setopt=x"}).error, "UpdateOS: include[1] begins with `-`, which no package name does");
  EXPECT_EQ(update({}, {""}).error, "UpdateOS: exclude[0] is empty");
  EXPECT_THAT(update({"bash vim"}).error, HasSubstr("give each package an entry of its own"));
  EXPECT_EQ(calls(), "");
}

class UpdateOSWithoutRoot : public UpdateOS {
 protected:
  /// Updates as a user who is not root, whoever runs the tests.
  ActionResult update_without_root() {
    EXPECT_EQ(::chmod(temporary_.path().c_str(), 0777), 0);
    const uid_t user = ::geteuid();
    if (user == 0) {
      EXPECT_EQ(::seteuid(65534), 0);
    }
    auto result = update();
    EXPECT_EQ(::seteuid(user), 0);
    return result;
  }
};

TEST_F(UpdateOSWithoutRoot, NeedsSudo_UPDATEOS_3) {
  add_yum();
  std::filesystem::remove(at("bin/sudo"));
  EXPECT_THAT(update_without_root().error, HasSubstr("error.Input"));
  EXPECT_EQ(calls(), "");
}

TEST_F(UpdateOSWithoutRoot, GoesThroughSudo_UPDATEOS_3) {
  add_yum();
  add_recorder("sudo");
  EXPECT_EQ(update_without_root().outcome, Outcome::success);
  EXPECT_EQ(calls(), "sudo -n env DEBIAN_FRONTEND=noninteractive yum -y update\n");
}

}  // namespace
}  // namespace ibtest
