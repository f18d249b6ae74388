// Options of `ibtest run` that change what a component may do, from the command line to the target and back.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/e2e/run_fixture.hpp"
#include "tests/servers/web_server.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> here = {"--target", "local", "--i-know-this-changes-my-machine"};

class RunOptionsTest : public RunTest {
 protected:
  ProgramResult run(const std::string& steps, std::vector<std::string> flags = {},
                    const std::vector<std::string>& environment = {}) {
    write("component.yml", "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + steps);
    flags.insert(flags.begin(), {"run", "component.yml"});
    return ibtest(std::move(flags), environment);
  }
  static std::vector<std::string> with(std::vector<std::string> flags, const std::vector<std::string>& more) {
    flags.insert(flags.end(), more.begin(), more.end());
    return flags;
  }
};

TEST_F(RunOptionsTest, StrictRefusesUnknownInputsBeforeAnythingRuns_EMU_19_GEN_5) {
  const std::string step = "      - { name: Make, action: CreateFile, inputs: [ { path: '" +
                           (folder_ / "made").string() + "', force: true } ] }\n";
  const auto refused = run(step, with(here, {"--strict"}));
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("component.yml:5:"), HasSubstr(": error: "), HasSubstr("[unknown-input]"),
                                    HasSubstr("nothing was run: 1 error in component.yml")));
  EXPECT_FALSE(exists("made"));
  const auto accepted = run(step, here);
  EXPECT_EQ(accepted.status, 0) << accepted.errors;
  EXPECT_THAT(accepted.errors, HasSubstr("warning: "));
}

TEST_F(RunOptionsTest, StrictReachesTheSteps_EMU_19) {
  const std::string step = "      - { name: Check, action: Assert, inputs: { stringEquals: a, value: A } }\n";
  EXPECT_EQ(run(step, here).status, 0);
  const auto result = run(step, with(here, {"--strict"}));
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("(refused because of --strict)"));
}

// GEN-14 before anything runs, with module, phase, step and line, and the status of a document that is not valid.
TEST_F(RunOptionsTest, ModulesOfWindowsAreRefusedBeforeAnythingRuns_EMU_18_GEN_14) {
  const auto result =
      run("      - { name: First, action: ExecuteBash, inputs: { commands: [ 'touch " + (folder_ / "made").string() +
              "' ] } }\n      - { name: Feature, action: ExecutePowerShell, inputs: { commands: [ dir ] } }\n",
          here);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.errors, HasSubstr("component.yml:6:34: error: step `Feature` of phase `build`: Action "
                                       "ExecutePowerShell is not supported on platform linux (supported: windows)"));
  EXPECT_FALSE(exists("made"));
}

TEST_F(RunOptionsTest, CredentialsReachTheStepsOnlyWhenAskedForAndNeverTheLogs_EMU_11) {
  const std::vector<std::string> environment = {"AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=example-secret",
                                                "AWS_SESSION_TOKEN=example-token", "AWS_DEFAULT_REGION=eu-north-1"};
  const std::string step =
      "      - name: Look\n        action: ExecuteBash\n        inputs:\n          commands:\n"
      "            - echo \"<${AWS_ACCESS_KEY_ID-none} ${AWS_DEFAULT_REGION-none} $AWS_SESSION_TOKEN>\"\n"
      "            - printf '%s' \"$AWS_SECRET_ACCESS_KEY\" > " +
      (folder_ / "secret").string() + "\n            - env >&2; exit 1\n";
  const auto without = run(step, here, environment);
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: <none none >"));
  EXPECT_EQ(content("secret"), "");

  const auto result =
      run(step, with(here, {"--pass-aws-env", "-v", "--junit", "report.xml", "--format", "json"}), environment);
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: <AKIAEXAMPLE eu-north-1 ***>"));
  EXPECT_EQ(content("secret"), "example-secret");
  std::filesystem::remove(folder_ / "secret");
  EXPECT_THAT(result.output + result.errors, AllOf(Not(HasSubstr("example-secret")), Not(HasSubstr("example-token"))));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    if (!entry.is_regular_file()) continue;
    EXPECT_THAT(content(entry.path().lexically_relative(folder_).string()),
                AllOf(Not(HasSubstr("example-secret")), Not(HasSubstr("example-token"))))
        << entry.path();
  }

  const auto refused = run(step, with(here, {"--pass-aws-env"}), {"AWS_ACCESS_KEY_ID=AKIAEXAMPLE"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--pass-aws-env: AWS_SECRET_ACCESS_KEY is not set"));
}

// Section 8.3, WebDownload; checksum rules apply there too.
TEST_F(RunOptionsTest, DownloadsComeFromFilesOfTheMap) {
  write("local.txt", "mapped\n");
  std::filesystem::create_directories(folder_ / "mirror/deep");
  write("mirror/deep/b.txt", "of the folder\n");
  const auto get = [this](const std::string& url, const std::string& more = {}) {
    return "          - { source: '" + url + "', destination: '" + folder_.string() + "/got/'" + more + " }\n";
  };
  const std::string head = "      - name: Get\n        action: WebDownload\n        inputs:\n";
  const std::vector<std::string> map =
      with(here, {"--web-offline", "--web-map", "https://example.invalid/a.txt=local.txt", "--web-map",
                  "https://mirror.invalid/=mirror"});
  const auto result = run(
      head + get("https://example.invalid/a.txt", ", algorithm: MD5, checksum: 70b1bb4d6c3a0a8c3bd3f6a3f6a3ac6b"), map);
  EXPECT_EQ(result.status, 1) << "another checksum";
  EXPECT_THAT(result.errors, HasSubstr("the MD5 digest of what was downloaded is"));
  EXPECT_FALSE(exists("got/a.txt"));

  const auto fine = run(head + get("https://example.invalid/a.txt") + get("https://mirror.invalid/deep/b.txt"), map);
  EXPECT_EQ(fine.status, 0) << fine.errors;
  EXPECT_EQ(content("got/a.txt") + content("got/b.txt"), "mapped\nof the folder\n");

  const auto offline = run(head + get("https://other.invalid/a.txt"), map);
  EXPECT_EQ(offline.status, 1);
  EXPECT_THAT(offline.errors, HasSubstr("downloads are switched off by --web-offline"));
  EXPECT_EQ(ibtest({"run", "component.yml", "--web-map", "https://example.invalid/a.txt=none"}).status, 2);
}

TEST_F(RunOptionsTest, StepsRunAsRootWhateverTheUserOfTheImage_GEN_11_GOTCHA_7_EMU_2) {
  write("Dockerfile", "FROM debian:12\nUSER nobody\n");
  const std::string image = "ibtest-test-user:" + std::to_string(::getpid());
  ASSERT_EQ(tool({"docker", "build", "--quiet", "--tag", image, "."}).status, 0);
  const auto result =
      run("      - { name: File, action: CreateFile, inputs: [ { path: /made } ] }\n"
          "      - { name: Look, action: ExecuteBash, inputs: { commands: [ id -u, stat -c %U:%G /made ] } }\n",
          {"--target", "docker:" + image});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: 0\n"));
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: root:root\n"));
  tool({"docker", "rmi", "--force", image});
}

// The first sentence of EMU-17.
TEST_F(RunOptionsTest, StepsDoNotReachTheMetadataServiceOfThisMachine) {
  for (const std::string& target : {plain_, booted_}) {
    const auto result =
        run("      - name: Look\n        action: ExecuteBash\n        inputs:\n          commands:\n"
            "            - 'time (echo > /dev/tcp/169.254.169.254/80) 2>&1 || true'\n"
            "            - grep -c FEA9FEA9 /proc/net/route\n"
            "            - 'echo $(( (0x$(sed -n s/CapBnd:.//p /proc/self/status) >> 12) & 1 ))'\n",
            {"--target", target});
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(log("console.log"), HasSubstr("No route to host"));
    EXPECT_THAT(log("console.log"), HasSubstr("Stdout: 1\n"));
    EXPECT_THAT(result.errors, HasSubstr("Look | 0\n")) << "no step may change routes";
  }
}

TEST_F(RunOptionsTest, ConditionsAreAskedOfTheTarget_COND_20) {
  write("of-this-machine", "");
  const std::string machine = (folder_ / "of-this-machine").string();
  const auto result =
      run("      - { name: Make, action: CreateFile, inputs: [ { path: /of-the-target } ] }\n"
          "      - { name: There, action: ExecuteBash, if: { fileExists: /of-the-target }, inputs: { commands: [ "
          "echo of the target ] } }\n"
          "      - { name: Here, action: ExecuteBash, if: { fileExists: '" +
              machine + "' }, inputs: { commands: [ echo of this machine ] } }\n",
          {"--target", plain_});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("There | of the target"));
  EXPECT_THAT(result.errors, Not(HasSubstr("Here | ")));
  EXPECT_FALSE(std::filesystem::exists("/of-the-target"));
}

TEST_F(RunOptionsTest, TimeoutsKillTheProcessGroupInTheTarget_EMU_6) {
  const auto result =
      run("      - name: Slow\n        action: ExecuteBash\n        timeoutSeconds: 1\n        onFailure: Ignore\n"
          "        inputs: { commands: [ 'sleep 4242 & sleep 4243' ] }\n"
          "      - name: Look\n        action: ExecuteBash\n"
          "        inputs: { commands: [ 'grep -lx sleep /proc/[0-9]*/comm || echo nobody' ] }\n",
          {"--target", plain_});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("step timed out after 1 seconds"));
  EXPECT_THAT(result.errors, HasSubstr("Look | nobody\n"));
}

TEST_F(RunOptionsTest, LogsOutliveTheContainerOfAFailedRun_GOTCHA_24) {
  const auto result = run("      - { name: Fails, action: ExecuteBash, inputs: { commands: [ exit 7 ] } }\n",
                          {"--target", plain_, "--format", "json"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(left_behind(), "") << "the container is gone";
  const std::string folder = nlohmann::json::parse(result.output)["logDir"];
  EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(folder) / "console.log")) << folder;
  EXPECT_THAT(log("console.log"), HasSubstr("CmdExecution: ExitCode 7"));
}

}  // namespace
}  // namespace ibtest
