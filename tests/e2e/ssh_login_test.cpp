#include <fstream>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"
#include "tests/servers/background_program.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SshLogin : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    start_host();
  }
  void use_key(const std::string& name, const std::string& further = {}) const {
    configure(fmt::format("  IdentitiesOnly yes\n  IdentityFile {}/{}\n{}", keys_.string(), name, further));
  }
};

TEST_F(SshLogin, WithAKeyOfEveryType) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    SCOPED_TRACE(type);
    use_key("user_" + type);
    expect_success(run("ssh:box"));
  }
}

TEST_F(SshLogin, WithTheKeyOfTheFlag) {
  use_key("nothing");
  expect_success(run("ssh:box", {"--ssh-key", (keys_ / "user_rsa").string()}));
}

TEST_F(SshLogin, WithoutAliasByAddressUserAndPort) {
  start_sshd(2222, {});
  know_host("[" + address_ + "]:2222");
  expect_success(run("ssh:root@" + address_ + ":2222"));
}

TEST_F(SshLogin, AsksForThePassphraseOnTheTerminal) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa", "pem"}) {
    SCOPED_TRACE(type);
    use_key("locked_" + type);
    const auto program = run_in_terminal("ssh:box");
    ASSERT_TRUE(program->wait_for("passphrase of the key")) << program->shown();
    program->type("pass word\n");
    EXPECT_EQ(program->wait(), 0) << program->shown();
    EXPECT_THAT(program->shown(), Not(HasSubstr("pass word")));
  }
}

TEST_F(SshLogin, AsksAgainAfterAWrongPassphrase) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa", "pem"}) {
    SCOPED_TRACE(type);
    use_key("locked_" + type);
    const auto program = run_in_terminal("ssh:box");
    ASSERT_TRUE(program->wait_for("passphrase of the key")) << program->shown();
    program->type("password\n");
    ASSERT_TRUE(program->wait_for("that is not it")) << program->shown();
    program->type("pass word\n");
    EXPECT_EQ(program->wait(), 0) << program->shown();
  }
}

TEST_F(SshLogin, GivesUpAfterThreeWrongPassphrases) {
  use_key("locked_ed25519", "  PasswordAuthentication no\n");
  start_sshd(2201, {"AuthenticationMethods publickey", "PasswordAuthentication no", "KbdInteractiveAuthentication no"});
  know_host("[" + address_ + "]:2201");
  const auto program = run_in_terminal("ssh:box:2201");
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(program->wait_for("passphrase of the key")) << program->shown();
    program->type("wrong\n");
  }
  EXPECT_EQ(program->wait(), 3) << program->shown();
  EXPECT_THAT(program->shown(), HasSubstr("wrong passphrase"));
}

TEST_F(SshLogin, DoesNotAskForThePassphraseOfAKeyThatTheHostRefuses) {
  use_key("stranger");
  expect_refusal(run("ssh:box"), "stranger (refused)");
}

TEST_F(SshLogin, SaysThatThereIsNoTerminalToAskOn) {
  use_key("locked_ed25519");
  expect_refusal(run("ssh:box"), "needs its passphrase, and there is no terminal to ask for it");
}

TEST_F(SshLogin, InterruptedWhileItAsks) {
  use_key("locked_ed25519");
  const auto program = run_in_terminal("ssh:box");
  ASSERT_TRUE(program->wait_for("passphrase of the key")) << program->shown();
  program->type("\x03");
  EXPECT_EQ(program->wait(), 130) << program->shown();
}

TEST_F(SshLogin, WithTheAgent) {
  const std::string socket = (folder_ / "agent").string();
  const test::BackgroundProgram agent({"ssh-agent", "-D", "-a", socket}, folder_.string() + "-agent-output");
  while (!exists("agent")) {
  }
  ASSERT_EQ(tool({"env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", (keys_ / "user_ecdsa").string(),
                  (keys_ / "user_rsa").string()})
                .status,
            0);
  // The agent of the configuration, and that of the environment.
  configure("  IdentityAgent " + socket + "\n  IdentityFile none\n");
  expect_success(run("ssh:box"));
  configure("  IdentityAgent SSH_AUTH_SOCK\n  IdentityFile none\n");
  expect_success(run("ssh:box", {}, {"SSH_AUTH_SOCK=" + socket}));
  // Of its keys only those that are named.
  configure(
      fmt::format("  IdentityAgent {}\n  IdentitiesOnly yes\n  IdentityFile {}/stranger\n", socket, keys_.string()));
  expect_refusal(run("ssh:box"), "does not let root log in");
  configure(fmt::format("  IdentityAgent {}\n  IdentitiesOnly yes\n  IdentityFile {}/user_rsa.pub\n", socket,
                        keys_.string()));
  expect_success(run("ssh:box"));
  std::filesystem::remove(folder_.string() + "-agent-output");
}

TEST_F(SshLogin, SaysThatTheAgentDoesNotAnswer) {
  configure("  IdentityAgent /nonexistent/agent\n  IdentityFile none\n");
  expect_refusal(run("ssh:box"), "the agent (it does not answer)");
}

TEST_F(SshLogin, WithAPasswordOfTheEnvironment) {
  use_key("nothing");
  expect_success(run("ssh:box", {"--ssh-password=SECRET"}, {"SECRET=root word"}));
  start_sshd(2202, {"AuthenticationMethods keyboard-interactive"});
  know_host("[" + address_ + "]:2202");
  expect_success(run("ssh:box:2202", {"--ssh-password=SECRET"}, {"SECRET=root word"}));
}

TEST_F(SshLogin, RefusesAWrongOrMissingPassword) {
  use_key("nothing");
  expect_refusal(run("ssh:box", {"--ssh-password=SECRET"}, {"SECRET=wrong"}), "a password (refused)");
  expect_refusal(run("ssh:box", {"--ssh-password=NOT_THERE"}), "there is no environment variable NOT_THERE");
  expect_refusal(run("ssh:box"), "a password (there is no terminal to ask for it)");
}

TEST_F(SshLogin, AsksForThePasswordOnTheTerminal) {
  use_key("nothing");
  start_sshd(2202, {"AuthenticationMethods keyboard-interactive"});
  know_host("[" + address_ + "]:2202");
  for (const std::string target : {"ssh:box", "ssh:box:2202"}) {
    SCOPED_TRACE(target);
    const auto program = run_in_terminal(target);
    ASSERT_TRUE(program->wait_for("assword: ")) << program->shown();
    program->type("root word\n");
    EXPECT_EQ(program->wait(), 0) << program->shown();
    EXPECT_THAT(program->shown(), Not(HasSubstr("root word")));
  }
}

TEST_F(SshLogin, WithAKeyAndAPassword) {
  use_key("user_rsa");
  start_sshd(2203, {"AuthenticationMethods publickey,password"});
  know_host("[" + address_ + "]:2203");
  expect_success(run("ssh:box:2203", {"--ssh-password=SECRET"}, {"SECRET=root word"}));
}

TEST_F(SshLogin, SaysWhenTheHostHasHadEnough) {
  start_sshd(2204, {"MaxAuthTries 1"});
  know_host("[" + address_ + "]:2204");
  std::string lines = "  IdentitiesOnly yes\n";
  for (const std::string name : {"one", "two"}) {
    ASSERT_EQ(tool({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder_ / name).string()}).status, 0);
    lines += fmt::format("  IdentityFile {}/{}\n", folder_.string(), name);
  }
  configure(lines);
  expect_refusal(run("ssh:box:2204"), "the host has closed the connection");
}

// One attempt for each key, and none for a host that takes no keys.
TEST_F(SshLogin, WastesNoAttempts) {
  std::string lines;
  for (const std::string name : {"one", "two"}) {
    ASSERT_EQ(tool({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder_ / name).string()}).status, 0);
    lines += fmt::format("  IdentityFile {}/{}\n", folder_.string(), name);
  }
  start_sshd(2206, {"MaxAuthTries 3"});
  start_sshd(2207, {"MaxAuthTries 2", "PubkeyAuthentication no"});
  know_host("[" + address_ + "]:2206");
  know_host("[" + address_ + "]:2207");
  configure(lines + "  IdentityFile " + (keys_ / "user_rsa").string() + "\n");
  expect_success(run("ssh:box:2206"));
  const auto program = run_in_terminal("ssh:box:2207");
  ASSERT_TRUE(program->wait_for("assword: ")) << program->shown();
  program->type("root word\n");
  EXPECT_EQ(program->wait(), 0) << program->shown();
}

// It is offered before it is asked what the host takes.
TEST_F(SshLogin, AsksForThePasswordAfterTheOnlyKeyWasRefused) {
  start_sshd(2208, {"PubkeyAuthentication no"});
  know_host("[" + address_ + "]:2208");
  use_key("user_rsa");
  const auto program = run_in_terminal("ssh:box:2208");
  ASSERT_TRUE(program->wait_for("assword: ")) << program->shown();
  program->type("root word\n");
  EXPECT_EQ(program->wait(), 0) << program->shown();
}

TEST_F(SshLogin, SaysWhatAHostWithoutShellSays) {
  in_host(
      "printf '#!/bin/sh\\necho Please log in as ubuntu\\n' >/bin/no-shell; chmod 755 /bin/no-shell; usermod -s "
      "/bin/no-shell plain");
  const auto result = run("ssh:plain@box");
  expect_refusal(result, "lets plain log in, but executes no commands");
  EXPECT_THAT(result.errors, HasSubstr("Please log in as ubuntu"));
}

TEST_F(SshLogin, PassesOverWhatTheShellGreetsWith) {
  in_host("echo 'echo ibtest; echo welcome' | tee /root/.bashrc >/root/.profile");
  expect_success(run("ssh:box"));
}

TEST_F(SshLogin, BecomesRootWithSudo) {
  expect_success(run("ssh:free@box"));
  expect_success(run("ssh:free@box", {"--become-password=SECRET"}, {"SECRET=not needed"}));
}

TEST_F(SshLogin, BecomesRootWithAPassword) {
  write_scripts(document_, {"echo ran as $(id -u); cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' '\\n' | "
                            "grep -q 'asked wor[d]' && echo it is seen; true"});
  expect_success(run("ssh:asked@box", {"--become-password=SECRET"}, {"SECRET=asked word"}));
  EXPECT_THAT(log("console.log"), Not(HasSubstr("it is seen")));
  EXPECT_THAT(log("events.jsonl"), Not(HasSubstr("asked word")));
  const auto program = run_in_terminal("ssh:asked@box", {"--become-password"});
  ASSERT_TRUE(program->wait_for("sudo password of asked on box: ")) << program->shown();
  program->type("asked word\n");
  EXPECT_EQ(program->wait(), 0) << program->shown();
}

TEST_F(SshLogin, SaysWhyItCannotBecomeRoot) {
  auto result = run("ssh:asked@box");
  expect_refusal(result, "asked on box may not become it without a password");
  EXPECT_THAT(result.errors, HasSubstr("--become-password"));
  expect_refusal(run("ssh:asked@box", {"--become-password=SECRET"}, {"SECRET=wrong"}),
                 "may not become root with this password");
  expect_refusal(run("ssh:plain@box", {"--become-password=SECRET"}, {"SECRET=plain word"}),
                 "may not become root with this password");
  in_host("mv /usr/bin/sudo /usr/bin/sudo-away");
  expect_refusal(run("ssh:free@box"), "free on box has no sudo to become it");
}

TEST_F(SshLogin, WithoutTheProgramSshItsDefaultsApply) {
  start_sshd(2205, {});
  know_host("[" + address_ + "]:2205");
  std::filesystem::create_directory(folder_ / "bin");
  const std::vector<std::string> environment{"PATH=" + (folder_ / "bin").string()};
  auto result = ibtest(
      {"run", document_, "--target", "ssh:root@" + address_, "--ssh-key", (keys_ / "user_rsa").string()}, environment);
  expect_refusal(result, "is unknown");  // the user's own known_hosts does not have it
  EXPECT_THAT(run("ssh:box", {}, environment).errors, HasSubstr("--ssh-config needs the program ssh"));
}

}  // namespace
}  // namespace ibtest
