// `--secret`: the value of a parameter is seen nowhere (section 8.3 of the language specification, D-19).
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunSecretsTest : public RunTest {
 protected:
  void SetUp() override {
    RunTest::SetUp();
    write("component.yml", R"(schemaVersion: 1.0
parameters:
  - Password: { type: string }
phases:
  - name: build
    steps:
      - name: Show
        action: ExecuteBash
        inputs: { commands: [ "echo '{{ Password }}'; echo '{{ Password }}' >&2" ] }
      - name: Pieces
        action: ExecuteBash
        inputs: { commands: [ "v='{{ Password }}'; printf '%s' \"${v:0:5}\"; sleep 0.3; printf '%s\\n' \"${v:5}\"" ] }
      - name: Loop
        action: ExecuteBash
        loop: { name: each, forEach: [ '{{ Password }}', other ] }
        inputs: { commands: [ "echo '{{ each.value }}'" ] }
      - name: Skipped
        action: ExecuteBash
        if: { stringEquals: other, value: '{{ Password }}' }
        inputs: { commands: [ 'true' ] }
      - name: True
        action: ExecuteBash
        inputs: { commands: [ "[ '{{ Password }}' = 'Sw0rd\"fish' ]" ] }
      - name: Fail
        action: Assert
        inputs: { stringEquals: other, value: '{{ Password }}' }
)");
    write("values.yml", "Password: 'Sw0rd\"fish'\n");
  }

  /// Everything that the run has left, but the document and its parameters.
  std::string artefacts() const {
    std::string text;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
      const auto name = entry.path().filename().string();
      if (!entry.is_regular_file() || name.ends_with("component.yml") || name == "values.yml") continue;
      std::ostringstream content;
      content << std::ifstream(entry.path()).rdbuf();
      text += content.str();
    }
    return text;
  }
};

TEST_F(RunSecretsTest, AreSeenNowhere_D19_VAR19) {
  for (const std::string format : {"json", "jsonl"}) {
    const auto result =
        ibtest({"run", "component.yml", "--target", "local", "--i-know-this-changes-my-machine", "--params-file",
                "values.yml", "--secret", "Password", "--format", format, "--junit", "report.xml", "-v"});
    EXPECT_EQ(result.status, 1) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("***"));
    const std::string all = result.output + result.errors + artefacts();
    EXPECT_THAT(all, HasSubstr("Pieces"));
    // As it is, as it stands in JSON, and in XML; and that the step before the last one got the true value.
    for (const char* const form : {"Sw0rd", "\"fish", "\\\"fish", "&quot;fish"})
      EXPECT_THAT(all, Not(HasSubstr(form))) << format;
    EXPECT_THAT(result.errors, HasSubstr("Fail"));
    EXPECT_THAT(result.errors, Not(HasSubstr("step True")));
  }
}

// Parameters of child documents hold what the parent was given; of several lines each is a secret.
TEST_F(RunSecretsTest, AreSeenNowhereInChildDocumentsAndLineByLine_D19) {
  write("child.yml", R"(schemaVersion: 1.0
parameters:
  - Inner: { type: string }
phases:
  - name: build
    steps:
      - name: Lines
        action: ExecuteBash
        inputs:
          commands:
            - |
              cat <<'END'
              {{ Inner }}
              END
      - name: Deny
        action: Assert
        inputs: { stringEquals: other, value: '{{ Inner }}' }
)");
  write("parent.yml", R"(schemaVersion: 1.0
parameters:
  - Password: { type: string }
phases:
  - name: build
    steps:
      - name: Child
        action: ExecuteDocument
        inputs:
          document: )" + (folder_ / "child.yml").string() +
                          R"(
          document-phases: [ build ]
          parameters:
            - name: Inner
              value: '{{ Password }}'
)");
  write("values.yml", "Password: \"first-of-it\\nsecond-of-it\"\n");
  for (const std::string flag : {"-v", "--separately"}) {
    const auto result = ibtest({"run", "parent.yml", "--target", "local", "--i-know-this-changes-my-machine",
                                "--params-file", "values.yml", "--secret", "Password", "--format", "json", flag});
    EXPECT_EQ(result.status, 1) << result.errors;
    const std::string all = result.output + result.errors + artefacts();
    EXPECT_THAT(all, HasSubstr("***"));
    EXPECT_THAT(all, HasSubstr("Deny"));
    EXPECT_THAT(all, Not(HasSubstr("first-of-it")));
    EXPECT_THAT(all, Not(HasSubstr("second-of-it")));
  }
}

// What every user of the machine may read of processes: command lines; and what their own user may: environments.
TEST_F(RunSecretsTest, StandInNoCommandLineAndNoEnvironment_D19) {
  write("wait.yml", R"(schemaVersion: 1.0
parameters:
  - Password: { type: string }
phases:
  - name: build
    steps:
      - name: Wait
        action: ExecuteBash
        inputs: { commands: [ ": '{{ Password }}'; echo begun; sleep 2" ] }
)");
  write("values.yml", "Password: Sw0rd-of-nobody\n");
  for (const std::string& target : {std::string("local"), std::string("sandbox"), plain_}) {
    SCOPED_TRACE(target);
    const auto run = start({"run", "wait.yml", "--target", target, "--i-know-this-changes-my-machine", "--params-file",
                            "values.yml", "--secret", "Password", "--format", "jsonl"});
    ASSERT_TRUE(run->read_until("begun"));
    std::size_t processes = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      for (const char* const name : {"cmdline", "environ"}) {
        std::ostringstream content;
        content << std::ifstream(entry.path() / name).rdbuf();
        EXPECT_THAT(content.str(), Not(HasSubstr("Sw0rd-of-nobody"))) << entry.path();
        if (content.str().find("wait.yml") != std::string::npos) ++processes;
      }
    }
    EXPECT_GE(processes, 1U);  // the runner itself was looked at
    EXPECT_EQ(run->wait().status, 0);
  }
}

TEST_F(RunSecretsTest, OfUnknownNameAreRefusedWithTheNearestOne) {
  const auto result =
      ibtest({"run", "component.yml", "--target", "sandbox", "--params-file", "values.yml", "--secret", "Pasword"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("--secret Pasword: no document declares a parameter Pasword; did you mean "
                                       "`Password`?"));
}

TEST_F(RunSecretsTest, ThatAreTooShortAreWarnedOf) {
  const auto result = ibtest({"run", "component.yml", "--target", "local", "--i-know-this-changes-my-machine",
                              "--param", "Password=abc", "--secret", "Password"});
  EXPECT_THAT(result.errors, HasSubstr("a value or line of fewer than 4 bytes is not masked"));
}

// Two runs on one machine would change it under each other's feet.
TEST_F(RunSecretsTest, LocalRunsAreRefusedWhileAnotherOneGoesOn) {
  write_scripts("long.yml", {"echo begun; sleep 3"});
  const auto first =
      start({"run", "long.yml", "--target", "local", "--i-know-this-changes-my-machine", "--format", "jsonl"});
  ASSERT_TRUE(first->read_until("begun"));
  const auto second = ibtest({"run", "long.yml", "--target", "local", "--i-know-this-changes-my-machine"});
  EXPECT_EQ(second.status, 2);
  EXPECT_THAT(second.errors, testing::ContainsRegex("another run .process [0-9]+. executes on this machine itself"));
  EXPECT_EQ(first->wait().status, 0);
  EXPECT_EQ(
      ibtest({"run", "long.yml", "--target", "local", "--target", "local", "--i-know-this-changes-my-machine"}).status,
      0);
}

}  // namespace
}  // namespace ibtest
