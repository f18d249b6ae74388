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
