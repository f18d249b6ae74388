// `ibtest awstoe` with the real engine: what scripts written for the closed program see.
#include <csignal>
#include <set>

#include "tests/e2e/run_fixture.hpp"
#include "tests/servers/s3_server.hpp"

namespace ibtest {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class AwstoeTest : public RunTest {
 protected:
  AwstoeTest() {
    write("hello.yml", R"(name: Hello
schemaVersion: 1.0
parameters:
  - Text: {type: string, default: default}
phases:
  - name: build
    steps:
      - {name: Say, action: ExecuteBash, inputs: {commands: ["echo '<{{ Text }}>'; touch /tmp/built"]}}
  - name: validate
    steps:
      - {name: Look, action: ExecuteBash, inputs: {commands: ["test -e /tmp/built; echo seen"]}}
)");
    write("fails.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Ignored, action: ExecuteBash, onFailure: Ignore, inputs: {commands: ["exit 1"]}}
      - {name: Fails, action: ExecuteBash, inputs: {commands: ["exit 3"]}}
)");
  }

  ProgramResult run(std::vector<std::string> flags, const std::vector<std::string>& environment = {}) const {
    flags.insert(flags.begin(), {"awstoe", "run", "--target", plain_});
    return ibtest(flags, environment);
  }
  /// The one folder of a run below `parent`.
  [[nodiscard]] std::filesystem::path log_folder(const std::string& parent) const {
    std::filesystem::path found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / parent)) {
      if (!entry.path().filename().string().starts_with("TOE_")) continue;
      EXPECT_EQ(found, "");
      found = entry.path();
    }
    return found;
  }
  [[nodiscard]] std::string console_log(const ordered_json& summary) const {
    return content(std::filesystem::path(summary["logUrl"].get<std::string>()) / "console.log");
  }
};

std::string keys_of(const ordered_json& json) {
  std::string keys;
  for (const auto& [key, value] : json.items())
    keys += key + " ";
  return keys;
}

// CLI-6: with no credentials at all.
TEST_F(AwstoeTest, PrintsTheSummaryAloneAndLeavesTheLogFolder_CLI_6_CLI_8_CLI_9_CLI_11_LOG_1) {
  const ProgramResult result = run({"--documents", "hello.yml", "-l", "logs"}, {"AWS_PROFILE=missing", "HOME=/none"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const auto summary = ordered_json::parse(result.output);
  EXPECT_EQ(result.output, summary.dump(4) + "\n");
  EXPECT_EQ(keys_of(summary),
            "executionId status failedStepCount executedStepCount ignoredFailedStepCount skippedStepCount "
            "failureMessage logUrl ");
  EXPECT_EQ(summary["status"], "success");
  EXPECT_EQ(summary["executedStepCount"], 2);
  EXPECT_EQ(summary["failureMessage"], "");
  const auto folder = log_folder("logs");
  EXPECT_EQ(summary["logUrl"], folder.string());
  EXPECT_THAT(folder.filename().string(), MatchesRegex("TOE_[0-9]+-[0-9]+-[0-9]+_[0-9]+-[0-9]+-[0-9]+_UTC-0_" +
                                                       summary["executionId"].get<std::string>()));
  EXPECT_THAT(console_log(summary), AllOf(HasSubstr("Stdout: <default>"), HasSubstr("Stdout: seen")));
  for (const char* file : {"application.log", "detailedoutput.json", "chaining.json", "D0__hello.yml"})
    EXPECT_TRUE(std::filesystem::exists(folder / file)) << file;
  expect_nothing_created({"hello.yml", "fails.yml", "logs"});
}

TEST_F(AwstoeTest, AFailedStepEndsWith1AndNamesTheDocument_CLI_8_EXEC_8) {
  const ProgramResult result = run({"--documents", "./hello.yml,./fails.yml", "--execution-id", "my-run"});
  EXPECT_EQ(result.status, 1);
  const auto summary = ordered_json::parse(result.output);
  EXPECT_EQ(summary["executionId"], "my-run");
  EXPECT_EQ(summary["status"], "failed");
  EXPECT_EQ(summary["failedStepCount"], 1);
  EXPECT_EQ(summary["ignoredFailedStepCount"], 1);
  EXPECT_EQ(summary["failureMessage"], "Document ./fails.yml failed!");
  EXPECT_THAT(log_folder(".").filename().string(), testing::EndsWith("_UTC-0_my-run"));
  EXPECT_THAT(result.errors, HasSubstr("fails.yml:6  phase build, step Fails (ExecuteBash)\n    exit status 3"));
}

// D-21
TEST_F(AwstoeTest, AFilterThatMatchesNothingSucceeds_EXEC_6_CLI_5) {
  const ProgramResult result = run({"-d", "hello.yml", "-p", "test,nothing", "-l", "logs"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const auto summary = ordered_json::parse(result.output);
  EXPECT_EQ(summary["status"], "success");
  EXPECT_EQ(summary["executedStepCount"], 0);
  EXPECT_THAT(console_log(summary), HasSubstr("TOE has completed execution successfully"));
  const ProgramResult some = run({"-d", "hello.yml", "-p", "nothing,build"});
  EXPECT_EQ(ordered_json::parse(some.output)["executedStepCount"], 1) << some.errors;
}

TEST_F(AwstoeTest, TraceShowsTheOutputOnStandardError_CLI_11) {
  const ProgramResult quiet = run({"-d", "hello.yml"});
  EXPECT_THAT(quiet.errors, Not(HasSubstr("<default>")));
  const ProgramResult traced = run({"-d", "hello.yml", "-t"});
  EXPECT_THAT(traced.errors, AllOf(HasSubstr("Say | <default>"), HasSubstr("CmdExecution: ExitCode 0")));
  EXPECT_EQ(ordered_json::parse(traced.output)["status"], "success");
}

// D-1, D-16
TEST_F(AwstoeTest, UndeclaredParametersAreIgnored_CFG_6_VAR_16) {
  const ProgramResult result = run({"-d", "hello.yml", "--parameters", "Text=a=b,Txet=1", "-l", "logs"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("no document declares a parameter Txet; did you mean `Text`?; its value is "
                                       "ignored"));
  EXPECT_THAT(console_log(ordered_json::parse(result.output)), HasSubstr("Stdout: <a=b>"));
}

TEST_F(AwstoeTest, ParametersOfADocumentWinOverThoseForAll_CFG_3) {
  write("config.json", R"({"documents": [
    {"path": "hello.yml", "parameters": [{"name": "Text", "value": "one, two"}]}, {"path": "./hello.yml"}],
    "parameters": [{"name": "Text", "value": "all"}], "phases": "build", "logDirectory": "logs"})");
  const ProgramResult result = run({"--config", "config.json"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(console_log(ordered_json::parse(result.output)),
              testing::ContainsRegex("Stdout: <one, two>(.|\n)*Stdout: <all>"));
}

// Section 7.4: the step of a generated Dockerfile.
TEST_F(AwstoeTest, IsCalledByAScriptAsImageBuilderDoes_CFG_2) {
  write("build_input_config.json",
        R"({"documents": [{"path": "hello.yml"}, {"path": "fails.yml"}], "phases": "test", "executonId": "from-config",
            "logDirectory": "elsewhere"})");
  write("call.sh", "ibtest awstoe run --target " + plain_ + " --config build_input_config.json -p build,validate -l " +
                       (folder_ / "toe").string() + " | tee TOE_LOGS\nexit ${PIPESTATUS[0]}\n");
  const ProgramResult result = tool({"bash", "-c", "PATH=" + std::string(IBTEST_BIN) + ":$PATH bash call.sh"});
  EXPECT_EQ(result.status, 1) << result.errors;
  EXPECT_EQ(content("TOE_LOGS"), result.output);
  const auto summary = ordered_json::parse(result.output);
  EXPECT_EQ(summary["executionId"], "from-config");
  EXPECT_EQ(summary["executedStepCount"], 4);
  EXPECT_EQ(summary["failureMessage"], "Document fails.yml failed!");
  EXPECT_EQ(summary["logUrl"], log_folder("toe").string());
  EXPECT_FALSE(exists("elsewhere"));
}

TEST_F(AwstoeTest, FindsComponentsByArn) {
  std::filesystem::create_directories(folder_ / "components/hello");
  std::filesystem::rename(folder_ / "hello.yml", folder_ / "components/hello/1.2.3.yml");
  const std::string arn = "arn:aws:imagebuilder:eu-west-1:123456789012:component/hello/1.2.3/1";
  const ProgramResult result = run({"-d", arn, "--component-path", "components", "-l", "logs"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const auto summary = ordered_json::parse(result.output);
  EXPECT_THAT(console_log(summary), HasSubstr("Setup: Document " + arn + " is a component ARN"));
  const auto details =
      ordered_json::parse(content(std::filesystem::path(summary["logUrl"].get<std::string>()) / "detailedoutput.json"));
  EXPECT_EQ(details["documents"][0]["filePath"], arn);
  const ProgramResult own = ibtest({"run", arn, "--component-path", "components", "--target", plain_});
  EXPECT_EQ(own.status, 0) << own.errors;
}

TEST_F(AwstoeTest, InterruptedItEndsWith130AndAFailedSummary) {
  write_scripts("sleeps.yml", {"echo started; sleep 600"});
  const auto program = start({"awstoe", "run", "-d", "sleeps.yml", "--target", plain_, "-l", "logs"});
  // Without -t nothing is said before the end; the agent's events are written as they come.
  const auto running = [this] {
    std::error_code ignored;
    return std::filesystem::exists(folder_ / "logs", ignored) && log_folder("logs") != "" &&
           content(log_folder("logs") / "events.jsonl").find("started") != std::string::npos;
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!running() && std::chrono::steady_clock::now() < deadline)
    ::usleep(50'000);
  program->signal(SIGINT);
  const ProgramResult result = program->wait();
  EXPECT_EQ(result.status, 130) << result.errors;
  const auto summary = ordered_json::parse(result.output);
  EXPECT_EQ(summary["status"], "failed");
  EXPECT_THAT(summary["failureMessage"].get<std::string>(), StartsWith("interrupted in sleeps.yml:5"));
}

class AwstoeS3Test : public AwstoeTest {
 protected:
  void SetUp() override {
    server_ = std::make_unique<test::S3Server>(folder_ / "server", std::vector<std::string>{"bucket", "logs"});
    ASSERT_TRUE(server_->runs()) << server_->log();
    environment_ = server_->variables();
    environment_.push_back("HOME=" + folder_.string());
  }
  /// Puts a file of the test into the bucket.
  void put(const std::string& name) const {
    write("put.yml",
          "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: Put\n        action: "
          "S3Upload\n        inputs:\n          - source: '" +
              (folder_ / name).string() + "'\n            destination: s3://bucket/" + name + "\n");
    const auto result =
        ibtest({"run", "put.yml", "--target", "local", "--i-know-this-changes-my-machine"}, environment_);
    EXPECT_EQ(result.status, 0) << result.errors;
  }
  /// What the server has of an object.
  [[nodiscard]] std::string stored(const std::string& bucket, const std::string& key) const {
    return content("server/data/" + bucket + "/" + key + "._S3rver_object");
  }

  std::unique_ptr<test::S3Server> server_;
  std::vector<std::string> environment_;
};

TEST_F(AwstoeS3Test, ReadsDocumentsAndConfigAndStoresTheLogs_CLI_9_LOG_6) {
  put("hello.yml");
  write("config.json", R"({"documents": [{"path": "s3://bucket/hello.yml"}], "logS3BucketName": "logs",
                           "logS3KeyPrefix": "/deep/prefix/", "logS3BucketOwner": "111111111111"})");
  put("config.json");
  const ProgramResult result = run({"--config", "s3://bucket/config.json", "-l", "local-logs"}, environment_);
  EXPECT_EQ(result.status, 0) << result.errors;
  const auto summary = ordered_json::parse(result.output);
  const std::string name = log_folder("local-logs").filename().string();
  EXPECT_EQ(summary["logUrl"], "s3://logs/deep/prefix/" + name);
  EXPECT_THAT(result.errors, HasSubstr("--s3-bucket-owner logs=ACCOUNT"));
  EXPECT_THAT(content("local-logs/" + name + "/console.log"),
              HasSubstr("Setup: Document s3://bucket/hello.yml is an S3"));
  for (const std::string file :
       {"console.log", "application.log", "detailedoutput.json", "chaining.json", "D0__hello.yml"}) {
    const std::string local = content("local-logs/" + name + "/" + file);
    EXPECT_NE(local, "") << file;
    EXPECT_EQ(stored("logs", "deep/prefix/" + name + "/" + file), local) << server_->log();
  }
}

TEST_F(AwstoeS3Test, ChecksWhoseBucketsTheyAre) {
  put("hello.yml");
  const std::vector<std::string> document = {"-d", "s3://bucket/hello.yml", "--document-s3-bucket-owner",
                                             "111111111111"};
  EXPECT_THAT(
      ibtest({"awstoe", "validate", "-d", "s3://bucket/hello.yml", "--document-s3-bucket-owner", "111111111111"},
             environment_)
          .errors,
      HasSubstr("was not verified: the bucket is not in AWS"));
  std::vector<std::string> flags = document;
  flags.insert(flags.end(), {"--s3-bucket-owner", "bucket=222222222222"});
  const ProgramResult result = run(flags, environment_);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(ordered_json::parse(result.output)["failureMessage"].get<std::string>(),
              StartsWith("reading s3://bucket/hello.yml: AccessDenied: the bucket bucket belongs to 222222222222"));
}

TEST_F(AwstoeS3Test, LogsThatCannotBeStoredFailTheRun) {
  const ProgramResult result = run({"-d", "hello.yml", "-b", "nowhere", "-l", "local-logs"}, environment_);
  EXPECT_EQ(result.status, 1);
  const auto summary = ordered_json::parse(result.output);
  EXPECT_EQ(summary["status"], "failed");
  EXPECT_THAT(summary["failureMessage"].get<std::string>(),
              AllOf(StartsWith("uploading "), HasSubstr("s3://nowhere/TOE_"), HasSubstr("NoSuchBucket")));
  EXPECT_EQ(summary["logUrl"], log_folder("local-logs").string());
}

/// A call that cannot be done: a summary with the error, exit status 1, nothing created.
struct AwstoeRefusal {
  std::string name;
  std::vector<std::string> arguments;
  std::string failure_message;  ///< how it begins; empty: no summary, bad usage
  std::string message;          ///< on standard error
};

class AwstoeRefusalTest : public AwstoeTest, public testing::WithParamInterface<AwstoeRefusal> {};

TEST_P(AwstoeRefusalTest, EndsWith1AndASummaryAndCreatesNothing_CLI_1_CLI_7_CLI_12) {
  const AwstoeRefusal& refusal = GetParam();
  write("bad.yml", "schemaVersion: 1.0\nphases: 3\n");
  write("bad.json", "{\"documents\": [{\"path\": \"hello.yml\"}],\n \"phases\": 3}");
  const ProgramResult result = run(refusal.arguments);
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr(refusal.message));
  if (refusal.failure_message.empty()) {
    EXPECT_EQ(result.output, "");
  } else {
    const auto summary = ordered_json::parse(result.output);
    EXPECT_EQ(summary["status"], "failed");
    EXPECT_EQ(summary["executedStepCount"], 0);
    EXPECT_EQ(summary["logUrl"], "");
    EXPECT_THAT(summary["failureMessage"].get<std::string>(), StartsWith(refusal.failure_message));
  }
  expect_nothing_created({"hello.yml", "fails.yml", "bad.yml", "bad.json"});
}

INSTANTIATE_TEST_SUITE_P(
    Table, AwstoeRefusalTest,
    testing::Values(
        AwstoeRefusal{"NoDocument", {}, "", "neither --documents nor --config was given"},
        AwstoeRefusal{"Both", {"-d", "hello.yml", "-c", "bad.json"}, "", "exclude each other"},
        AwstoeRefusal{"MissingFile",
                      {"-d", "hello.yml,helo.yml"},
                      "helo.yml: No such file or directory",
                      "did you mean `hello.yml`?"},
        AwstoeRefusal{"BlankAfterTheComma", {"-d", "hello.yml, fails.yml"}, " fails.yml: No such file", "fails.yml"},
        AwstoeRefusal{"EmptyName", {"-d", "hello.yml,"}, "a document's location is empty", "give a path"},
        AwstoeRefusal{"BadDocument", {"-d", "bad.yml"}, "bad.yml:2:9: ", "nothing was run: 1 error in bad.yml"},
        AwstoeRefusal{"MissingConfig", {"-c", "bda.json"}, "bda.json: No such file", "did you mean `bad.json`?"},
        AwstoeRefusal{"BadConfig", {"-c", "bad.json"}, "bad.json:2:12: `phases` must be a text, not 3", "\"3\""},
        AwstoeRefusal{"NoComponentPath",
                      {"-d", "arn:aws:imagebuilder:r:aws:component/hello/1.0.0/1"},
                      "arn:aws:imagebuilder:r:aws:component/hello/1.0.0/1: components are looked up on this machine",
                      "--component-path"},
        AwstoeRefusal{"NoArn", {"-d", "arn:aws:s3:::x"}, "arn:aws:s3:::x: ", "component/<name>"},
        AwstoeRefusal{"NoBucket", {"-d", "s3://"}, "s3://: the bucket is missing", ""},
        AwstoeRefusal{"BlockedAction",
                      {"-d", "hello.yml", "--blocked-action-modules", "Reboot,ExecuteBash"},
                      "hello.yml:8:29: step `Say` uses the action `ExecuteBash`, which is blocked",
                      "nothing was run: 2 errors in hello.yml"},
        AwstoeRefusal{"CloudWatch", {"-d", "hello.yml", "--cw-log-group", "g"}, "a local run sends nothing", "--cw-"},
        AwstoeRefusal{"ExecutionId", {"-d", "hello.yml", "-i", "../x"}, "the execution id cannot be `../x`", "letters"},
        AwstoeRefusal{"LogDirectory",
                      {"-d", "hello.yml", "-l", "hello.yml/logs"},
                      "the log folder ",
                      "give another folder with --log-directory"},
        AwstoeRefusal{"UnknownTarget", {"-d", "hello.yml", "--target", "x"}, "", "may be given only once"}),
    [](const auto& parameter) { return parameter.param.name; });

TEST_F(AwstoeTest, BlocksActionsByNameAndNotWhatStepsDo_GEN_15) {
  write("child.yml",
        "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - {name: Restart, action: Reboot}\n");
  write("outer.yml",
        "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
        "      - {name: ByStatus, action: ExecuteBash, inputs: {commands: ['[ -e /var/x ] || { touch /var/x; exit 194; "
        "}']}}\n"
        "      - {name: Call, action: ExecuteDocument, inputs: {document: child.yml}}\n");
  const ProgramResult result = run({"-d", "outer.yml", "-t", "--blocked-action-modules", "Reboot"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("rebooted the machine"));
  EXPECT_THAT(result.errors, HasSubstr("child.yml:5:33: step `Restart` uses the action `Reboot`, which is blocked"));
  const ProgramResult validated =
      ibtest({"awstoe", "validate", "-d", "child.yml", "--blocked-action-modules", "Reboot"});
  EXPECT_EQ(validated.status, 1);
  EXPECT_THAT(validated.output, HasSubstr("which is blocked"));
}

TEST_F(AwstoeTest, AnUnknownBlockedActionIsAWarning_CLI_7) {
  const ProgramResult result = run({"-d", "hello.yml", "--blocked-action-modules", "Rebot,UpdateOS"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("there is no action `Rebot`; did you mean `Reboot`?"));
}

TEST_F(AwstoeTest, IgnoresCloudWatchWhenAsked) {
  const ProgramResult result = run({"-d", "hello.yml", "--cw-log-group", "g", "--cw-ignore-failures"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("warning: a local run sends nothing to CloudWatch Logs"));
}

struct ValidateCase {
  std::string name;
  std::vector<std::string> arguments;
  int status;
  std::string message;  ///< of the object on standard output
  std::string error;    ///< on standard error
};

class AwstoeValidateTest : public AwstoeTest, public testing::WithParamInterface<ValidateCase> {};

// CLI-15: no value is looked at, and nothing runs.
TEST_P(AwstoeValidateTest, PrintsTheStatusAndTheFirstError_CLI_13_CLI_14_CLI_15_CLI_16_CLI_17) {
  write("wrong.yml", R"(schemaVersion: 1.0
parameters:
  - Needed: {type: string}
phases:
  - name: build
    steps:
      - {name: One, action: ExecuteBsh, inputs: {commands: ["true"]}}
      - {name: Two, action: ExecuteBash, inputs: {commands: ["echo {{ Undeclared }}"]}}
      - {name: Three, action: ExecuteBash, timeout: 3, inputs: {command: ["true"]}}
)");
  write("needs.yml", R"(schemaVersion: 1.0
parameters:
  - Needed: {type: string}
phases:
  - name: build
    steps:
      - {name: One, action: ExecuteBash, inputs: {commands: ["echo {{ Needed }}"]}}
)");
  write("no-phases.yml", "schemaVersion: 1.0\n");
  write("yaml.yml", "schemaVersion: 1.0\nphases: [\n");
  const ValidateCase& test = GetParam();
  std::vector<std::string> arguments = {"awstoe", "validate"};
  arguments.insert(arguments.end(), test.arguments.begin(), test.arguments.end());
  const ProgramResult result = ibtest(arguments);
  EXPECT_EQ(result.status, test.status) << result.errors;
  const auto answer = ordered_json::parse(result.output);
  EXPECT_EQ(result.output, answer.dump(4) + "\n");
  EXPECT_EQ(keys_of(answer), "validationStatus message ");
  EXPECT_EQ(answer["validationStatus"], test.status == 0 ? "success" : "failed");
  EXPECT_THAT(answer["message"].get<std::string>(), StartsWith(test.message));
  EXPECT_THAT(result.errors, HasSubstr(test.error));
  expect_nothing_created({"hello.yml", "fails.yml", "wrong.yml", "needs.yml", "no-phases.yml", "yaml.yml"});
}

INSTANTIATE_TEST_SUITE_P(
    Table, AwstoeValidateTest,
    testing::Values(
        ValidateCase{"One", {"--documents", "./hello.yml"}, 0, "Document(s) [./hello.yml] is/are valid.", ""},
        ValidateCase{"Two", {"-d=hello.yml,fails.yml"}, 0, "Document(s) [hello.yml,fails.yml] is/are valid.", ""},
        ValidateCase{"None", {"-d", ""}, 0, "Document(s) [] is/are valid.", "nothing was checked"},
        ValidateCase{"NoValueNeeded", {"-d", "needs.yml"}, 0, "Document(s) [needs.yml]", ""},
        ValidateCase{"Missing", {"-d", "hello.yml,none.yml"}, 1, "none.yml: No such file", ""},
        ValidateCase{
            "UnknownAction", {"-d", "wrong.yml"}, 1, "wrong.yml:7:29: there is no action `ExecuteBsh`", "ExecuteBash"},
        ValidateCase{"UndeclaredReference", {"-d", "wrong.yml"}, 1, "wrong.yml:", "Undeclared"},
        ValidateCase{"UnknownField", {"-d", "wrong.yml"}, 1, "wrong.yml:", "[unknown-key]"},
        ValidateCase{"NoPhases", {"-d", "no-phases.yml"}, 1, "no-phases.yml:", "phases"},
        ValidateCase{"Yaml", {"-d", "yaml.yml"}, 1, "yaml.yml:", "yaml.yml:"},
        ValidateCase{"Windows",
                     {"-d", "hello.yml", "--os-platforms", "windows"},
                     1,
                     "hello.yml:8:29: step `Say` of phase `build`: Action ExecuteBash",
                     "not supported on platform windows"},
        ValidateCase{
            "Darwin", {"-d", "hello.yml", "--os-platforms", "linux,darwin"}, 0, "Document(s) [hello.yml]", ""}),
    [](const auto& parameter) { return parameter.param.name; });

TEST_F(AwstoeTest, VersionAndHelpAreForStandardOutput) {
  for (const char* flag : {"--version", "-v"}) {
    const ProgramResult version = ibtest({"awstoe", flag});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.output, StartsWith("ibtest 0."));
  }
  const ProgramResult help = ibtest({"awstoe", "run", "--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.output, HasSubstr("--blocked-action-modules"));
  const ProgramResult bad = ibtest({"awstoe", "validate"});
  EXPECT_EQ(bad.status, 1);
  EXPECT_EQ(bad.output, "");
}

}  // namespace
}  // namespace ibtest
