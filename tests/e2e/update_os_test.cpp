#include <fmt/format.h>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// Packages a, b and c of version 1, and a repository in the target that has version 2 of each, and d. What is
/// installed notes whether services may be started.
constexpr const char* make_repository = R"sh(set -e
mkdir -p /repository /tmp/package/DEBIAN
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/repository ./' > /etc/apt/sources.list
cat > /tmp/package/DEBIAN/postinst <<'END'
#!/bin/sh
echo "$DEBIAN_FRONTEND" > /frontend
if [ -e /usr/sbin/policy-rc.d ]; then /usr/sbin/policy-rc.d; echo $? > /policy; else echo none > /policy; fi
END
chmod 755 /tmp/package/DEBIAN/postinst
make_package() {
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: test\n' "$1" "$2" \
    > /tmp/package/DEBIAN/control
  dpkg-deb --build /tmp/package "/repository/$1_$2.deb" > /dev/null
}
for name in test-a test-b test-c; do make_package $name 1; dpkg -i /repository/${name}_1.deb > /dev/null; done
for name in test-a test-b test-c test-d; do
  make_package $name 2
  file=/repository/${name}_2.deb
  { cat /tmp/package/DEBIAN/control
    echo "Filename: ./${name}_2.deb"
    echo "Size: $(stat -c %s $file)"
    echo "SHA256: $(sha256sum $file | cut -d' ' -f1)"
    echo; } >> /repository/Packages
done
rm -f /policy /frontend
)sh";

constexpr const char* show = "dpkg-query -W -f '${Package}=${Version} ' 'test-*'; apt-mark showhold";

class UpdateOSRun : public RunTest {
 protected:
  /// Prepares, updates with these inputs ("{}" for none), shows what is installed then.
  ProgramResult update(const std::string& target, const std::string& inputs, const std::string& before = "true",
                       const std::vector<std::string>& flags = {}) {
    const auto script = [](const std::string& text) { return json(text).dump(); };
    write("update.yml",
          fmt::format("schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
                      "      - {{name: Prepare, action: ExecuteBash, inputs: {{commands: [{}, {}]}}}}\n"
                      "      - {{name: Update, action: UpdateOS, onFailure: Continue, inputs: {}}}\n"
                      "      - {{name: Show, action: ExecuteBash, inputs: {{commands: [{}]}}}}\n"
                      "      - {{name: Policy, action: ExecuteBash, inputs: {{commands: [{}]}}}}\n",
                      script(make_repository), script(before), inputs, script(show),
                      script("cat /policy /frontend 2>/dev/null; ls /usr/sbin/policy-rc.d 2>/dev/null || true")));
    std::vector<std::string> arguments = {"run", "update.yml", "--target", target, "--format", "json"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    auto result = ibtest(arguments);
    report_ = json::parse(result.output, nullptr, false);
    return result;
  }
  /// What a step has printed.
  [[nodiscard]] std::string printed(std::size_t step) const {
    const std::string outputs = report_["documents"][0]["phases"][0]["steps"][step]["outputs"];
    return json::parse(outputs)[0]["stdout"];
  }
  [[nodiscard]] json update_step() const { return report_["documents"][0]["phases"][0]["steps"][1]; }

  json report_;
};

TEST_F(UpdateOSRun, UpdatesWhatIsInstalled_UPDATEOS_1_UPDATEOS_2_EMU_UPDATEOS_3) {
  const auto result = update(plain_, "{}");
  ASSERT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(printed(2), "test-a=2 test-b=2 test-c=2 ");
  EXPECT_EQ(printed(3), "101\nnoninteractive") << "the policy is removed again";
  EXPECT_EQ(update_step()["outputs"], "[]");
  EXPECT_THAT(log("console.log"),
              HasSubstr("CmdExecution: Starting execution of command with arguments [apt-get -y update]"));
}

TEST_F(UpdateOSRun, UpdatesOnlyWhatIsIncluded_UPDATEOS_1_UPDATEOS_7) {
  const auto result = update(plain_, "{include: [test-a, 'test-[b]', test-d, bash]}");
  ASSERT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(printed(2), "test-a=2 test-b=2 test-c=1 ");
  EXPECT_THAT(result.errors, HasSubstr("test-d is not installed, and UpdateOS adds no packages"));
  EXPECT_THAT(result.errors, HasSubstr("bash has no update"));
  EXPECT_THAT(log("console.log"), Not(HasSubstr("install ok installed"))) << "the list is for the module alone";
}

TEST_F(UpdateOSRun, SparesWhatIsExcludedAndKeepsHolds_UPDATEOS_6) {
  const auto result = update(booted_, "{exclude: ['test-[ab]']}", "apt-mark hold test-a");
  ASSERT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(printed(2), "test-a=1 test-b=1 test-c=2 test-a");
  EXPECT_EQ(printed(3), "none\nnoninteractive") << "systemd starts services";
}

TEST_F(UpdateOSRun, LeavesExcludedOutOfIncluded_UPDATEOS_1) {
  const auto result = update(plain_, "{include: ['test-*'], exclude: [test-c]}");
  ASSERT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(printed(2), "test-a=2 test-b=2 test-c=1 ");
}

TEST_F(UpdateOSRun, ReleasesWhatItHoldsOnFailure_UPDATEOS_6_UPDATEOS_11) {
  const auto result = update(plain_, "{exclude: [test-c]}", "rm /repository/test-a_2.deb");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(update_step()["failureMessage"], "UpdateOS: apt-get upgrade: exit status 100");
  EXPECT_EQ(printed(2), "test-a=1 test-b=1 test-c=1 ") << "nothing is on hold";
}

// The hold is released although the time of the step is over.
TEST_F(UpdateOSRun, ReleasesWhatItHoldsOnTimeout_UPDATEOS_6_GEN_18) {
  const auto result = update(plain_, "{exclude: [test-c]}, timeoutSeconds: 5",
                             "printf '#!/bin/sh\\nsleep 1000\\n' > /slow; chmod 755 /slow; "
                             "echo 'DPkg::Pre-Invoke { \"case $(apt-mark showhold) in test-c) /slow;; esac\"; };' > "
                             "/etc/apt/apt.conf.d/slow");
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(update_step()["failureMessage"], "step timed out after 5 seconds");
  EXPECT_EQ(printed(2), "test-a=1 test-b=1 test-c=1 ") << "nothing is on hold";
}

TEST_F(UpdateOSRun, SkipsByOption_EMU_UPDATEOS_5) {
  const auto result = update(plain_, "{}", "true", {"--update-os=skip"});
  EXPECT_EQ(update_step()["status"], "success") << result.errors;
  EXPECT_EQ(printed(2), "test-a=1 test-b=1 test-c=1 ");
  EXPECT_THAT(result.errors, HasSubstr("UpdateOS: skipped by option"));
}

TEST_F(UpdateOSRun, UpdatesFromTheMirrorsOfTheTarget_EMU_UPDATEOS_2) {
  write("mirrors.yml",
        "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - {name: Update, action: UpdateOS}\n"
        "      - {name: Again, action: UpdateOS, inputs: {include: [base-files], exclude: [bash]}}\n");
  const auto result = ibtest({"run", "mirrors.yml", "--target", booted_});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("base-files has no update"));
}

}  // namespace
}  // namespace ibtest
