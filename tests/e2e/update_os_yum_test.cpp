#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class UpdateOSYum : public RunTest {};

// Debian's dnf under the name that it has on Amazon Linux 2023, with a repository in the target.
constexpr const char* make_repository = R"sh(set -e
apt-get update > /dev/null
DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends install dnf rpm createrepo-c > /dev/null 2>&1
ln -s dnf /usr/bin/yum
mkdir -p /etc/yum.repos.d /repository
make_package() {
  printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: t\nLicense: x\nBuildArch: noarch\n%%description\nt\n%%files\n' "$1" "$2" \
    > /tmp/package.spec
  rpmbuild -bb --quiet --define '_rpmdir /repository' --define '_topdir /tmp/rpmbuild' /tmp/package.spec
}
for name in test-a test-b test-c; do
  make_package $name 1
  rpm -i --nodeps /repository/noarch/$name-1-1.noarch.rpm 2> /dev/null
  make_package $name 2
done
make_package test-d 2
createrepo_c -q /repository
printf '[test]\nname=test\nbaseurl=file:///repository\ngpgcheck=0\n' > /etc/yum.repos.d/test.repo
)sh";

TEST_F(UpdateOSYum, UpdatesWithListsAndThenEverything_UPDATEOS_1_UPDATEOS_5_UPDATEOS_7) {
  const auto script = [](const std::string& text) {
    return "action: ExecuteBash, inputs: {commands: [" + nlohmann::json(text).dump() + "]}}\n";
  };
  const std::string show = script("rpm -qa --qf '%{NAME}=%{VERSION}\\n' | sort | xargs");
  write(
      "yum.yml",
      "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
      "      - {name: Prepare, " +
          script(make_repository) +
          "      - {name: NotInstalled, action: UpdateOS, inputs: {include: [test-d, 'zz*']}}\n"
          "      - {name: Some, action: UpdateOS, inputs: {include: [test-a, 'test-[c]', test-d], exclude: [test-c]}}\n"
          "      - {name: ShowSome, " +
          show +
          "      - {name: Nothing, action: UpdateOS, inputs: {include: [test-a]}}\n"
          "      - {name: AllBut, action: UpdateOS, inputs: {exclude: ['test-c*']}}\n"
          "      - {name: ShowAllBut, " +
          show +
          "      - {name: All, action: UpdateOS}\n"
          "      - {name: ShowAll, " +
          show);
  const auto result = ibtest({"run", "yum.yml", "--target", plain_});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("ShowSome | test-a=2 test-b=1 test-c=1\n"));
  EXPECT_THAT(result.errors, HasSubstr("ShowAllBut | test-a=2 test-b=2 test-c=1\n"));
  EXPECT_THAT(result.errors, HasSubstr("ShowAll | test-a=2 test-b=2 test-c=2\n"));
  EXPECT_THAT(result.errors, HasSubstr("test-d is not installed, and UpdateOS adds no packages"));
  EXPECT_THAT(result.errors, HasSubstr("test-a has no update"));
}

}  // namespace
}  // namespace ibtest
