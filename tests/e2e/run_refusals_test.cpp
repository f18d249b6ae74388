#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;

/// A call that cannot be done: within a second, with a message that names the place and the remedy, and nothing
/// created.
struct Refusal {
  std::string name;
  std::vector<std::string> arguments;
  int status;
  std::vector<std::string> messages;
  std::string input;  ///< content of input.yml, unless it is the good one
  std::vector<std::string> environment;
};

const std::string good = R"(schemaVersion: 1.0
parameters:
  - Version: {type: string, default: '1'}
phases:
  - name: build
    steps:
      - {name: One, action: ExecuteBash, inputs: {commands: ["true"]}}
)";

std::string with_step(const std::string& step) {
  return "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + step;
}

std::string bomb() {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; name <= 'k'; ++name) {
    text += std::string(1, name) + ": &" + name + " [";
    for (int i = 0; i < 10; ++i)
      text += std::string(i == 0 ? "" : ",") + "*" + static_cast<char>(name - 1);
    text += "]\n";
  }
  return text;
}

const std::vector<Refusal>& refusals() {
  static const std::vector<Refusal> list = {
      {"MissingFile", {"run", "inptu.yml"}, 2, {"inptu.yml: No such file", "did you mean `input.yml`?"}, good, {}},
      {"Directory", {"run", "."}, 2, {"this is a directory"}, good, {}},
      {"Empty", {"run", "input.yml"}, 2, {"input.yml: the file is empty"}, "\n", {}},
      {"Binary",
       {"run", "input.yml"},
       2,
       {"input.yml: this is a binary file"},
       std::string("\x7f"
                   "ELF\0\0",
                   6),
       {}},
      {"TenMegabytes", {"run", "input.yml"}, 2, {"input.yml"}, good + std::string(10'000'000, '#'), {}},
      {"DeepNesting", {"run", "input.yml"}, 2, {"input.yml:1:"}, std::string(100'000, '['), {}},
      {"AnchorBomb", {"run", "input.yml"}, 2, {"input.yml:"}, bomb(), {}},
      {"DuplicateKeys",
       {"run", "input.yml"},
       2,
       {"input.yml:2:1: error:", "[duplicate-key]"},
       "schemaVersion: 1.0\nschemaVersion: 1.0\n",
       {}},
      {"TwoDocuments", {"run", "input.yml"}, 2, {"[several-documents]"}, good + "---\n" + good, {}},
      {"Tabs",
       {"run", "input.yml"},
       2,
       {"input.yml:3:", "[tab-indentation]"},
       "schemaVersion: 1.0\nphases:\n\t- name: build\n",
       {}},
      {"CommandsAsText",
       {"run", "input.yml"},
       2,
       {"input.yml:7:"},
       with_step("      - name: One\n        action: ExecuteBash\n        inputs: {commands: ls}\n"),
       {}},
      {"UnknownKey",
       {"run", "input.yml"},
       2,
       {"input.yml:7:9: error:", "[unknown-key]", "`onFailure`"},
       with_step("      - name: One\n        action: ExecuteBash\n        onFailur: Abort\n        inputs: {commands: "
                 "[ls]}\n"),
       {}},
      {"MisspeltAction",
       {"run", "input.yml"},
       2,
       {"input.yml:6:17: error:", "[unknown-action]", "`ExecuteBash`"},
       with_step("      - name: One\n        action: ExecuteBsh\n        inputs: {commands: [ls]}\n"),
       {}},
      {"PhaseThatNoDocumentHas",
       {"run", "input.yml", "--phases", "biuld"},
       2,
       {"did you mean `build`?", "nothing would run"},
       good,
       {}},
      {"UnknownParameter", {"run", "input.yml", "--param", "Verison=2"}, 2, {"did you mean `Version`?"}, good, {}},
      {"ParameterWithoutValue",
       {"run", "input.yml", "--param", "Version"},
       2,
       {"--param Version has no value", "Version=VALUE"},
       good,
       {}},
      {"MissingParametersFile", {"run", "input.yml", "--params-file", "p.yml"}, 2, {"p.yml: No such file"}, good, {}},
      {"UnknownTarget", {"run", "input.yml", "--target", "dokcer:debian-12"}, 2, {"dokcer"}, good, {}},
      {"UnknownShortName",
       {"run", "input.yml", "--target", "docker:debain-12"},
       2,
       {"docker:debian-12", "ubuntu-24.04"},
       good,
       {}},
      {"LocalWithoutTheFlag",
       {"run", "input.yml", "--target", "local"},
       2,
       {"--i-know-this-changes-my-machine"},
       good,
       {}},
      {"UnknownFlag",
       {"run", "input.yml", "--taget", "x"},
       2,
       {"unknown flag --taget", "did you mean `--target`?"},
       good,
       {}},
      {"NoFile", {"run"}, 2, {"no component document was given"}, good, {}},
      {"LogDirectoryNotWritable",
       {"run", "input.yml", "--target", "docker:debian:12", "--log-dir", "/proc/none"},
       2,
       {"/proc", "--log-dir"},
       good,
       {}},
      {"LogDirectoryBelowAFile",
       {"run", "input.yml", "--target", "docker:debian:12", "--log-dir", "input.yml/logs"},
       2,
       {"Not a directory", "--log-dir"},
       good,
       {}},
      {"JunitInNoFolder",
       {"run", "input.yml", "--target", "docker:debian:12", "--junit", "none/r.xml"},
       2,
       {"--junit none/r.xml"},
       good,
       {}},
      {"EngineNotRunning",
       {"run", "input.yml", "--target", "docker:debian:12"},
       3,
       {"error:"},
       good,
       {"DOCKER_HOST=unix:///nonexistent/docker.sock"}},
  };
  return list;
}

class RunRefusal : public RunTest, public testing::WithParamInterface<Refusal> {};

TEST_P(RunRefusal, SaysWhyWithinASecondAndCreatesNothing) {
  const Refusal& refusal = GetParam();
  write("input.yml", refusal.input);
  std::vector<std::string> arguments = refusal.arguments;
  if (std::find(arguments.begin(), arguments.end(), "--target") == arguments.end() && arguments.size() > 1)
    arguments.insert(arguments.end(), {"--target", plain_});
  arguments.insert(arguments.end(), {"--format", "json"});
  const auto before = std::chrono::steady_clock::now();
  const ProgramResult result = ibtest(arguments, refusal.environment);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
  EXPECT_EQ(result.status, refusal.status) << result.errors;
  for (const std::string& message : refusal.messages)
    EXPECT_THAT(result.errors, HasSubstr(message));
  EXPECT_LT(result.errors.size(), 20'000U);
  expect_nothing_created({"input.yml"});
  const json report = json::parse(result.output);
  EXPECT_EQ(report["status"], "failed");
  EXPECT_NE(report["failureMessage"], "");
}

INSTANTIATE_TEST_SUITE_P(Table, RunRefusal, testing::ValuesIn(refusals()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST_F(RunTest, AByteOrderMarkAndCrlfAreAccepted) {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : good)
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  write("windows.yml", windows);
  const ProgramResult result = ibtest({"run", "windows.yml", "--target", plain_});
  EXPECT_EQ(result.status, 0) << result.errors;
}

TEST_F(RunTest, AllFindingsOfAllDocumentsAreShown) {
  write("one.yml",
        with_step("      - {name: One, action: Nope, inputs: {}}\n      - {name: One, action: ExecuteBash}\n"));
  write("two.yml", "phases: 3\n");
  const ProgramResult result = ibtest({"run", "one.yml", "two.yml", "--target", plain_});
  EXPECT_EQ(result.status, 2);
  for (const char* message : {"[unknown-action]", "[duplicate-step]", "[missing-inputs]", "two.yml:1:"})
    EXPECT_THAT(result.errors, HasSubstr(message));
  EXPECT_THAT(result.errors, HasSubstr("in 2 documents"));
}

TEST_F(RunTest, AReferenceAcrossStagesIsAnErrorUnlessInline_CHAIN6) {
  write("across.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: One, action: ExecuteBash, inputs: {commands: ["echo x"]}}
  - name: test
    steps:
      - {name: Two, action: ExecuteBash, inputs: {commands: ["echo {{ build.One.outputs.stdout }}"]}}
)");
  const ProgramResult staged = ibtest({"run", "across.yml", "--target", plain_});
  EXPECT_EQ(staged.status, 2);
  EXPECT_THAT(staged.errors, HasSubstr("[cross-stage-reference]"));
  EXPECT_THAT(staged.errors, HasSubstr("--stages inline"));
  EXPECT_EQ(ibtest({"run", "across.yml", "--target", plain_, "--stages", "inline"}).status, 0);
}

TEST_F(RunTest, HelpAndVersionAreForStandardOutput) {
  EXPECT_THAT(ibtest({"--version"}).output, HasSubstr("ibtest 0."));
  const ProgramResult help = ibtest({"help", "run"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.output, HasSubstr("--target"));
  EXPECT_EQ(help.errors, "");
}

}  // namespace
}  // namespace ibtest
