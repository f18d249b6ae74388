// What every user of a machine may read of its processes, command lines, and what their own user may, environments: no
// secret of a run stands there, here or on the host (D-19, EMU-11, VAR-19).
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"
#include "tests/servers/s3_server.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class SshSecrets : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    server_ = std::make_unique<test::S3Server>(folder_ / "server", std::vector<std::string>{"bucket"});
    ASSERT_TRUE(server_->runs()) << server_->log();
    start_host();
    in_host(fmt::format("echo 'asked:{}' | chpasswd", login_));
    write("values.yml", fmt::format("Password: {}\n", parameter_));
    write("cloud.yml", fmt::format("aws:ssm:\n  /secret: {{ secure: {} }}\n", parameter_of_the_store_));
    write("object", "x");
  }

  /// Lets a program write down how it was called before it does what it does. What lives too short to be looked at.
  static std::string recorder(const std::string& log, const std::string& program) {
    return fmt::format(
        "#!/bin/sh\n{{ tr '\\0' '\\n' </proc/$$/cmdline; tr '\\0' '\\n' </proc/$$/environ; }} >>{}\nexec {} \"$@\"\n",
        log, program);
  }
  void record_programs_here() const {
    fs::create_directory(folder_ / "bin");
    for (const std::string program : {"ssh", "proxy"}) {
      const fs::path file = folder_ / "bin" / program;
      std::ofstream(file) << recorder((folder_ / ("calls-of-" + program)).string(),
                                      program == "ssh" ? "/usr/bin/ssh" : "/bin/bash");
      ::chmod(file.c_str(), 0755);
    }
  }
  /// The shell that sshd starts everything with, and sudo.
  void record_programs_of_the_host() const {
    std::ofstream(folder_ / "shell") << recorder("/var/calls-of-shell", "/bin/bash");
    std::ofstream(folder_ / "sudo") << recorder("/var/calls-of-sudo", "/usr/bin/sudo-itself");
    tool({"docker", "cp", (folder_ / "shell").string(), container_ + ":/bin/recorder"});
    in_host("mv /usr/bin/sudo /usr/bin/sudo-itself");
    tool({"docker", "cp", (folder_ / "sudo").string(), container_ + ":/usr/bin/sudo"});
    in_host(
        "chmod 755 /bin/recorder /usr/bin/sudo; usermod -s /bin/recorder asked; umask 0; "
        "touch /var/calls-of-shell /var/calls-of-sudo");
  }

  /// Command lines and environments of all processes of this machine (those of its containers are among them), but for
  /// the environment of the one that was given the credentials by its user.
  [[nodiscard]] static std::string processes_but(pid_t given) {
    std::string all;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      for (const char* const name : {"cmdline", "environ"}) {
        if (entry.path().filename() == std::to_string(given) && name == std::string("environ")) continue;
        std::ostringstream content;
        content << std::ifstream(entry.path() / name).rdbuf();
        all += content.str() + '\n';
      }
    }
    return all;
  }

  void expect_no_secret_in(const std::string& text, const std::string& what) const {
    for (const std::string& secret : {login_, parameter_, parameter_of_the_store_, aws_, session_token_})
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " is seen in " << what;
  }

  // Not those of another test that runs at the same time.
  const std::string mark_ = std::to_string(::getpid());
  const std::string login_ = "login word " + mark_;
  const std::string parameter_ = "parameter-secret-" + mark_;
  const std::string parameter_of_the_store_ = "store-secret-" + mark_;
  const std::string aws_ = "aws-secret-" + mark_;
  const std::string session_token_ = "aws-token-" + mark_;
  std::unique_ptr<test::S3Server> server_;
};

TEST_F(SshSecrets, StandInNoCommandLineAndNoEnvironment_D19_EMU11) {
  record_programs_here();
  record_programs_of_the_host();
  in_host("mkfifo /var/begun /var/gate");
  configure(
      fmt::format("  IdentityFile nothing\n  ProxyCommand {}/bin/proxy -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & "
                  "exec cat >&3'\n",
                  folder_.string()));
  write(document_, fmt::format(R"(schemaVersion: 1.0
parameters:
  - Password: {{ type: string }}
phases:
  - name: build
    steps:
      - name: Put
        action: S3Upload
        inputs: [ {{ source: /etc/hostname, destination: 's3://bucket/one' }} ]
      - name: Get
        action: S3Download
        inputs: [ {{ source: 's3://bucket/one', destination: /tmp/one }} ]
      - name: Wait
        action: ExecuteBash
        inputs:
          commands:
            - "[ '{{{{ Password }}}}' = {} ] && [ '{{{{ aws:ssm:/secret }}}}' = {} ] || exit 1"
            - echo >/var/begun; exec cat /var/gate
)",
                               parameter_, parameter_of_the_store_));
  auto environment = server_->variables();
  environment[2] = "AWS_SECRET_ACCESS_KEY=" + aws_;
  environment.push_back("AWS_SESSION_TOKEN=" + session_token_);
  environment.push_back(fmt::format("PATH={}/bin:{}", folder_.string(), ::getenv("PATH")));
  const auto program = run_in_terminal("ssh:asked@box",
                                       {"--ssh-password", "--become-password", "--secret", "Password", "--params-file",
                                        "values.yml", "--values", "cloud.yml", "-q"},
                                       environment);
  ASSERT_TRUE(program->wait_for("assword")) << program->shown();
  program->type(login_ + "\n");
  ASSERT_TRUE(program->wait_for("sudo password of asked on box: ")) << program->shown();
  program->type(login_ + "\n");
  in_host("timeout 60 cat /var/begun");
  // The step waits: all that a run consists of is there, and stays while it is looked at.
  const std::string all = processes_but(program->process());
  for (const std::string part : {"ibtest-agent", "attach", "/var/gate", "--become-password"})
    EXPECT_THAT(all, HasSubstr(part)) << "of the run not all was looked at";
  // The user's own tools have the user's environment: `aws ssm start-session` as a ProxyCommand needs it.
  const std::string proxy = content("calls-of-proxy");
  EXPECT_THAT(proxy, HasSubstr("AWS_SECRET_ACCESS_KEY=" + aws_));
  for (const std::string& secret : {login_, parameter_, parameter_of_the_store_}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
    EXPECT_EQ(proxy.find(secret), std::string::npos) << secret;
    EXPECT_EQ(content("calls-of-ssh").find(secret), std::string::npos) << secret;
  }
  EXPECT_THAT(content("calls-of-ssh"), HasSubstr("-G")) << "ssh was not called";

  // On the host nothing of all that: neither now nor when it began.
  expect_no_secret_in(in_host("cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n'"), "the host");
  const std::string shell = in_host("cat /var/calls-of-shell");
  const std::string sudo = in_host("cat /var/calls-of-sudo");
  EXPECT_THAT(shell, HasSubstr("sudo -k -S"));
  EXPECT_THAT(sudo, HasSubstr("attach"));
  expect_no_secret_in(shell, "what sshd started");
  expect_no_secret_in(sudo, "the calls of sudo");

  in_host("echo >/var/gate");
  EXPECT_EQ(program->wait(), 0) << program->shown();
  expect_no_secret_in(program->shown(), "the terminal");
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / ".ibtest")) {
    if (entry.is_regular_file() && entry.path().extension() != ".yml")
      expect_no_secret_in(content(fs::relative(entry.path(), folder_).string()), entry.path().string());
  }
}

}  // namespace
}  // namespace ibtest
