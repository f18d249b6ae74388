#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class RebootTest : public RunTest, public testing::WithParamInterface<const char*> {};

// EMU-REBOOT-1 to -3: the same container, its files, no process, no tmpfs.
TEST_P(RebootTest, LosesProcessesAndTmpfsAndKeepsFiles) {
  write_scripts(
      "reboot.yml",
      {"echo kept > /var/kept; echo lost > /run/lost; echo lost > /dev/shm/lost; sleep 600 >/dev/null 2>&1 &",
       "[ -e /var/rebooted ] || { touch /var/rebooted; exit 194; }",
       "cat /var/kept; ls /run/lost /dev/shm/lost 2>/dev/null; grep -l ^sleep /proc/[0-9]*/comm || echo nothing runs"});
  const ProgramResult result = ibtest({"run", "reboot.yml", "--target", GetParam()});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step3 | kept\n  Step3 | nothing runs\n")) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("rebooted the machine"));
  EXPECT_THAT(log("console.log"), HasSubstr("Executor: System has rebooted successfully"));
  EXPECT_THAT(log("events.jsonl"), HasSubstr(R"("e":"reboot")"));
}

TEST_P(RebootTest, GivesTheResultsOfAllPartsOfTheRun) {
  write("parts.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: First, action: ExecuteBash, inputs: {commands: [echo first]}}
      - {name: Restart, action: Reboot}
      - {name: Last, action: ExecuteBash, inputs: {commands: ["echo {{ build.First.outputs.stdout }}"]}}
)");
  const ProgramResult result = ibtest({"run", "parts.yml", "--target", GetParam(), "--format", "json"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const json report = json::parse(result.output);
  EXPECT_EQ(report["executedStepCount"], 3);
  const json& steps = report["documents"][0]["phases"][0]["steps"];
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[2]["outputs"], R"([{"stdout":"first"}])");
}

INSTANTIATE_TEST_SUITE_P(Images, RebootTest, testing::Values("docker:debian:12", "docker:debian-12"),
                         [](const auto& tested) {
                           return std::string(tested.param) == "docker:debian:12" ? "Plain" : "Booted";
                         });

TEST_F(RunTest, EnabledServicesRunAgainAfterAReboot_EMU_REBOOT2) {
  write_scripts("service.yml",
                {"printf '[Service]\\nExecStart=/bin/sleep 1000\\n[Install]\\nWantedBy=multi-user.target\\n' > "
                 "/etc/systemd/system/napper.service; systemctl enable --now napper; "
                 "cp /etc/systemd/system/napper.service /etc/systemd/system/other.service; systemctl start other",
                 "[ -e /var/rebooted ] || { touch /var/rebooted; exit 194; }",
                 "systemctl is-active napper; systemctl is-active other || true"});
  const ProgramResult result = ibtest({"run", "service.yml", "--target", booted_});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step3 | active\n  Step3 | inactive\n"));
}

// Programs that would restart a machine are replaced by one that says it was called.
TEST_P(RebootTest, CallsNoShutdownAndWritesNoCrontab_EMU_REBOOT_5) {
  write_scripts("reboot.yml",
                {"for name in shutdown reboot poweroff crontab; do printf '#!/bin/sh\\ntouch /var/called\\n' > "
                 "/usr/local/sbin/$name; chmod 755 /usr/local/sbin/$name; done",
                 "[ -e /var/rebooted ] || { touch /var/rebooted; exit 194; }",
                 "ls /var/called 2>/dev/null; grep -rl ibtest /etc/cron* /var/spool/cron 2>/dev/null; echo nothing"});
  const ProgramResult result = ibtest({"run", "reboot.yml", "--target", GetParam()});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("Step2")) << result.errors;
  EXPECT_THAT(log("console.log"), HasSubstr("ExecuteBash: STARTED EXECUTION"));
  EXPECT_THAT(result.errors, testing::Not(HasSubstr("/var/called")));
  EXPECT_THAT(result.errors, HasSubstr("Step3 | nothing\n"));
  EXPECT_THAT(result.errors, HasSubstr("rebooted the machine"));
}

TEST_F(RunTest, RebootsWithoutEndAreStopped_EMU_REBOOT4) {
  write_scripts("forever.yml", {"exit 194"});
  const ProgramResult result = ibtest({"run", "forever.yml", "--target", plain_, "--max-reboots", "2"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("reboot limit exceeded: the run has rebooted 2 times"));
}

TEST_F(RunTest, LocalSavesItsStateAndGoesOnAfterTheReboot_D_13_EMU_REBOOT_8) {
  const std::string here = folder_.string();
  write_scripts("reboot.yml",
                {"echo one | tee -a " + here + "/seen", "[ -e " + here + "/rebooted ] || { echo asks; exit 194; }",
                 "echo 'again {{ build.Step1.outputs.stdout }}'"});
  const ProgramResult asked = ibtest({"run", "reboot.yml", "--target", "local", "--i-know-this-changes-my-machine",
                                      "--allow-reboot", "--format", "json"});
  EXPECT_EQ(asked.status, 194) << asked.errors;
  const json report = json::parse(asked.output);
  EXPECT_EQ(report["status"], "interrupted");
  const std::string id = report["executionId"];
  EXPECT_THAT(asked.errors, HasSubstr("reboot this machine, then go on with\n  ibtest resume " + id + "\n"));
  EXPECT_THAT(log("console.log"), HasSubstr("Rebooting the system now"));
  const auto mode = std::filesystem::status(folder_ / ".ibtest/runs/latest/resume.json").permissions();
  EXPECT_EQ(mode, std::filesystem::perms(0600));

  EXPECT_THAT(ibtest({"resume", "another"}).errors, HasSubstr("these do: "));
  write("rebooted", "");
  write("reboot.yml", "the run goes on with the document that it had");
  const ProgramResult resumed = ibtest({"resume", id});
  EXPECT_EQ(resumed.status, 0) << resumed.errors;
  EXPECT_EQ(json::parse(resumed.output)["executionId"], id) << "the flags are the same, --format json too";
  EXPECT_EQ(content("seen"), "one\n") << "what was done is not done again";
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: again one\n"));
  EXPECT_THAT(log("console.log"), HasSubstr("Stdout: asks\n")) << "the log folder is the same";
  EXPECT_EQ(json::parse(log("detailedoutput.json"))["documents"][0]["phases"][0]["steps"].size(), 3U);

  const ProgramResult twice = ibtest({"resume", id});
  EXPECT_EQ(twice.status, 2);
  EXPECT_THAT(twice.errors, HasSubstr("there is no run `" + id + "` that waits for a reboot"));
}

TEST_F(RunTest, LocalIsNeverRebooted_EMU_REBOOT8) {
  write_scripts("reboot.yml", {"exit 194"});
  const ProgramResult result = ibtest({"run", "reboot.yml", "--target", "local", "--i-know-this-changes-my-machine"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.errors, HasSubstr("this target cannot be rebooted"));
}

TEST_F(RunTest, ValuesOfTheCloudComeFromAFile_VAR19) {
  write_scripts("cloud.yml", {"echo '{{ aws:ssm:/app }} {{ aws:imds:placement/region }}'; echo {{ aws:ssm:/secret }}"});
  write("values.yml",
        "aws:ssm:\n  /app: 1.2\n  /secret: { secure: s3cr3t }\naws:imds: { placement/region: eu-west-1 }\n");
  const ProgramResult result =
      ibtest({"run", "cloud.yml", "--target", plain_, "--values", "values.yml", "--format", "jsonl"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(log("detailedoutput.json"), testing::Not(HasSubstr("s3cr3t")));
  EXPECT_THAT(result.output + result.errors + log("events.jsonl"), testing::Not(HasSubstr("s3cr3t")));
  EXPECT_EQ(ibtest({"run", "cloud.yml", "--target", plain_}).status, 1);
}

}  // namespace
}  // namespace ibtest
