// Secrets stay hidden when a run is interrupted by a reboot and goes on (D-19, STEP-7, VAR-19), and inside URLs.
#include <filesystem>
#include <sys/stat.h>

#include <fmt/format.h>

#include "tests/e2e/run_fixture.hpp"
#include "tests/servers/web_server.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class SecretsAtRestTest : public RunTest {
 protected:
  /// Everything in the folders of the runs, but for one file.
  [[nodiscard]] std::string left_by_runs(const std::string& but = {}) const {
    std::string text;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / ".ibtest")) {
      if (entry.is_regular_file() && entry.path().filename() != but)
        text += content(entry.path().lexically_relative(folder_).string());
    }
    return text;
  }
  void expect_hidden(const std::string& text) const {
    for (const std::string& secret : secrets_)
      EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }

  const std::vector<std::string> secrets_ = {"Sw0rd-of-nobody", "store-secret", "hidden-output"};
};

/// Each step prints the three secrets; the second one asks for a reboot once. `mark` is a file that outlives it.
std::string document_with_reboot(const std::string& mark) {
  return fmt::format(R"(schemaVersion: 1.0
parameters:
  - Password: {{ type: string }}
phases:
  - name: build
    steps:
      - name: Hidden
        action: ExecuteBash
        disableLogging: true
        inputs: {{ commands: [ "printf hidden-; printf output" ] }}
      - name: Restart
        action: ExecuteBash
        inputs:
          commands:
            - "echo '{{{{ Password }}}}' '{{{{ aws:ssm:/secret }}}}' '{{{{ build.Hidden.outputs.stdout }}}}'"
            - "[ -e {0} ] || {{ touch {0}; exit 194; }}"
      - name: Again
        action: ExecuteBash
        inputs:
          commands:
            - "echo '{{{{ Password }}}}' '{{{{ build.Hidden.outputs.stdout }}}}' >&2; echo '{{{{ build.Restart.outputs.stdout }}}}'"
            - "[ '{{{{ Password }}}}{{{{ build.Hidden.outputs.stdout }}}}' = Sw0rd-of-''nobodyhidden-''output ] && echo true values"
      - name: Later
        action: Assert
        inputs: {{ stringEquals: other, value: '{{{{ aws:ssm:/secret }}}}' }}
)",
                     mark);
}

class SecretsAcrossReboots : public SecretsAtRestTest {
 protected:
  void SetUp() override {
    write("values.yml", "Password: Sw0rd-of-nobody\n");
    write("cloud.yml", "aws:ssm:\n  /secret: { secure: store-secret }\n");
  }
  [[nodiscard]] std::vector<std::string> arguments(const std::string& target) const {
    return {"run",      "reboot.yml", "--target", target,  "--params-file", "values.yml", "--secret",    "Password",
            "--values", "cloud.yml",  "--format", "jsonl", "--junit",       "report.xml", "--keep=never"};
  }
};

TEST_F(SecretsAcrossReboots, OfAContainer_D19_STEP7_VAR19) {
  write("reboot.yml", document_with_reboot("/var/rebooted"));
  const auto result = ibtest(arguments(plain_));
  EXPECT_EQ(result.status, 1) << result.errors;
  const std::string all = result.output + result.errors + content("report.xml") + left_by_runs();
  EXPECT_THAT(all, HasSubstr(R"("e":"reboot")"));
  EXPECT_THAT(all, HasSubstr("true values"));
  EXPECT_THAT(all, HasSubstr("***"));
  EXPECT_THAT(result.errors, HasSubstr("Later"));
  expect_hidden(all);
}

// What the run goes on with must have them; only its user may read it, and only until it goes on.
TEST_F(SecretsAcrossReboots, OfThisMachineByItsUser_D13_D19) {
  write("reboot.yml", document_with_reboot((folder_ / "rebooted").string()));
  auto flags = arguments("local");
  flags.insert(flags.end(), {"--i-know-this-changes-my-machine", "--allow-reboot"});
  const auto asked = ibtest(flags);
  EXPECT_EQ(asked.status, 194) << asked.errors;
  expect_hidden(asked.output + asked.errors + left_by_runs("resume.json"));
  EXPECT_THAT(log("resume.json"), HasSubstr("Sw0rd-of-nobody")) << "the test looks for what is not there";
  EXPECT_EQ(fs::status(folder_ / ".ibtest/runs/latest/resume.json").permissions(), fs::perms(0600));
  const auto resumed = ibtest({"resume", "latest"});
  EXPECT_EQ(resumed.status, 1) << resumed.errors;
  EXPECT_FALSE(exists(".ibtest/runs/latest/resume.json"));
  const std::string all = resumed.output + resumed.errors + content("report.xml") + left_by_runs();
  EXPECT_THAT(all, HasSubstr("true values"));
  EXPECT_THAT(all, HasSubstr("***"));
  expect_hidden(all);
}

class SecretsInUrls : public SecretsAtRestTest {
 protected:
  ProgramResult download(const std::string& url, const std::vector<std::string>& flags = {}) {
    write("get.yml", R"(schemaVersion: 1.0
parameters:
  - Password: { type: string }
  - Token: { type: string }
phases:
  - name: build
    steps:
      - name: Get
        action: WebDownload
        inputs:
          - source: ')" + url +
                         R"('
            destination: )" +
                         (folder_ / "got").string() + "\n");
    std::vector<std::string> arguments = {"run",      "get.yml",
                                          "--target", "local",
                                          "-v",       "--i-know-this-changes-my-machine",
                                          "--param",  "Password=pass%40word",
                                          "--param",  "Token=Sw0rd-of-nobody",
                                          "--secret", "Password",
                                          "--secret", "Token",
                                          "--format", "jsonl"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const auto result = ibtest(arguments);
    const std::string all = result.output + result.errors + left_by_runs();
    EXPECT_THAT(all, HasSubstr("***"));
    for (const char* const secret : {"pass%40word", "pass@word", "Sw0rd-of-nobody"})
      EXPECT_THAT(all, Not(HasSubstr(secret)));
    return result;
  }
};

TEST_F(SecretsInUrls, OfDownloadsAreHidden_D19) {
  const test::WebServer server(folder_ / "server");
  ASSERT_TRUE(server.runs());
  const std::string port = server.http().substr(server.http().rfind(':'));
  EXPECT_EQ(download("http://user:{{ Password }}@127.0.0.1" + port + "/secret/a.txt?token={{ Token }}").status, 0);
  EXPECT_EQ(content("got"), "content of a\n");
  // What fails says where.
  for (const std::string& url :
       {"http://user:{{ Password }}@127.0.0.1" + port + "/status/404?token={{ Token }}",
        "http://other:{{ Password }}@127.0.0.1" + port + "/secret/a.txt?token={{ Token }}",
        "https://user:{{ Password }}@localhost:" + std::to_string(server.https_port()) + "/{{ Token }}",
        std::string("http://user:{{ Password }}@127.0.0.1:{{ Token }}/")}) {
    SCOPED_TRACE(url);
    const auto result = download(url);
    EXPECT_EQ(result.status, 1) << result.errors;
  }
  // And what asks the runner.
  EXPECT_EQ(download("http://user:{{ Password }}@127.0.0.1:1/?{{ Token }}", {"--web-offline"}).status, 1);
}

}  // namespace
}  // namespace ibtest
