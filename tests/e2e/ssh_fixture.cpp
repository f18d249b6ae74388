#include "tests/e2e/ssh_fixture.hpp"

#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "tests/servers/background_program.hpp"

namespace ibtest {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr int patience_ms = 20'000;
constexpr const char* image = "ibtest-test/ssh-host:2";

void must_run(const std::vector<std::string>& command_line) {
  if (!test::run_tool(command_line)) throw std::runtime_error("failed: " + command_line.front());
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TerminalProgram::TerminalProgram(const fs::path& folder, const std::vector<std::string>& command_line,
                                 const std::vector<std::string>& environment) {
  std::vector<std::string> arguments = command_line;
  std::vector<char*> pointers;
  for (std::string& argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::vector<std::string> variables = environment;
  int terminal = -1;
  process_ = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (process_ == 0) {
    for (std::string& variable : variables)
      ::putenv(variable.data());
    if (::chdir(folder.c_str()) == 0) ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  terminal_ = FileDescriptor(terminal);
}

TerminalProgram::~TerminalProgram() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
}

bool TerminalProgram::read() {
  pollfd ready{terminal_.get(), POLLIN, 0};
  if (::poll(&ready, 1, patience_ms) <= 0) return false;
  char buffer[4096];
  const ssize_t size = ::read(terminal_.get(), buffer, sizeof buffer);
  if (size <= 0) return false;
  shown_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

bool TerminalProgram::wait_for(const std::string& text) {
  for (;;) {
    const auto at = shown_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    if (!read()) return false;
  }
}

void TerminalProgram::type(const std::string& text) const {
  EXPECT_EQ(write_all(terminal_.get(), text), 0);
}

int TerminalProgram::wait() {
  while (read()) {
  }
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

fs::path SshTest::keys_;

void SshTest::SetUpTestSuite() {
  must_run({"docker", "build", "--quiet", "--tag", image, std::string(IBTEST_SOURCE) + "/tests/servers/ssh-host"});
  char name[] = "/tmp/ibtest-ssh-XXXXXX";
  keys_ = ::mkdtemp(name);
  const fs::path server = keys_ / "server";
  fs::create_directory(server);
  std::string authorized;
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    const auto make = [&type](const fs::path& file, const std::string& passphrase) {
      must_run({"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-C", file.filename().string(), "-f", file.string()});
    };
    make(server / ("host_" + type), "");
    make(keys_ / ("user_" + type), "");
    make(keys_ / ("locked_" + type), "pass word");
    for (const std::string key : {"user_", "locked_"})
      authorized += read_file(keys_ / (key + type + ".pub"));
  }
  must_run({"ssh-keygen", "-q", "-t", "rsa", "-m", "PEM", "-N", "pass word", "-f", (keys_ / "locked_pem").string()});
  authorized += read_file(keys_ / "locked_pem.pub");
  must_run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "pass word", "-f", (keys_ / "stranger").string()});
  std::ofstream(server / "authorized_keys") << authorized;
  std::ofstream(server / "config") << "PidFile none\nStrictModes no\nUsePAM yes\nPermitRootLogin yes\n"
                                      "AuthorizedKeysFile /etc/ssh/test/authorized_keys\n"
                                      "HostKey /etc/ssh/test/host_ed25519\nHostKey /etc/ssh/test/host_ecdsa\n"
                                      "HostKey /etc/ssh/test/host_rsa\n";
  fs::permissions(keys_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
}

void SshTest::TearDownTestSuite() {
  std::error_code ignored;
  fs::remove_all(keys_, ignored);
}

void SshTest::SetUp() {
  write_scripts(document_, {"echo ran as $(id -u)"});
}

void SshTest::TearDown() {
  if (!container_.empty()) tool({"docker", "rm", "--force", "--volumes", container_});
  RunTest::TearDown();
}

void SshTest::start_host(const std::vector<std::string>& options) {
  std::vector<std::string> command{"docker", "run", "--detach", "--volume",
                                   (keys_ / "server").string() + ":/etc/ssh/test:ro"};
  command.insert(command.end(), options.begin(), options.end());
  command.emplace_back(image);
  container_ = tool(command).output;
  ASSERT_FALSE(container_.empty());
  container_.pop_back();
  address_ = tool({"docker", "inspect", "--format", "{{.NetworkSettings.IPAddress}}", container_}).output;
  address_.pop_back();
  ASSERT_EQ(
      in_host("for i in $(seq 100); do (: </dev/tcp/127.0.0.1/22) 2>/dev/null && echo up && break; sleep 0.05; done"),
      "up\n");
  know_host(address_);
  configure();
}

void SshTest::start_sshd(int port, const std::vector<std::string>& settings) const {
  std::vector<std::string> command{"docker", "exec", container_, "/usr/sbin/sshd", "-p", std::to_string(port)};
  for (const std::string& setting : settings)
    command.insert(command.end(), {"-o", setting});
  command.insert(command.end(), {"-f", "/etc/ssh/test/config"});
  ASSERT_EQ(tool(command).status, 0);
}

std::string SshTest::in_host(const std::string& script) const {
  return tool({"docker", "exec", container_, "bash", "-c", script}).output;
}

void SshTest::configure(const std::string& lines, const std::string& further_hosts) const {
  const std::string common = fmt::format(
      "  HostName {}\n  UserKnownHostsFile {}\n  GlobalKnownHostsFile none\n  IdentityAgent none\n  HashKnownHosts "
      "no\n",
      address_, (folder_ / "known_hosts").string());
  const std::string key = fmt::format("  IdentityFile {}/user_ed25519\n", keys_.string());
  std::ofstream(folder_ / "ssh_config") << "Host box\n  User root\n"
                                        << lines << common
                                        << (lines.find("IdentityFile") == std::string::npos ? key : "") << further_hosts
                                        << "Host * !box\n  User root\n"
                                        << key << "  UserKnownHostsFile " << (folder_ / "known_hosts").string()
                                        << "\n  GlobalKnownHostsFile none\n  IdentityAgent none\n";
}

void SshTest::know_host(const std::string& name) const {
  std::ofstream file(folder_ / "known_hosts", std::ios::app);
  for (const std::string type : {"ed25519", "ecdsa", "rsa"})
    file << name << " " << read_file(keys_ / "server" / ("host_" + type + ".pub"));
}

ProgramResult SshTest::run(const std::string& target, std::vector<std::string> flags,
                           std::vector<std::string> environment) const {
  flags.insert(flags.begin(), {"run", document_, "--target", target, "--ssh-config", "ssh_config"});
  return ibtest(flags, std::move(environment));
}

std::unique_ptr<TerminalProgram> SshTest::run_in_terminal(const std::string& target, std::vector<std::string> flags,
                                                          const std::vector<std::string>& environment) const {
  flags.insert(flags.begin(), {std::string(IBTEST_BIN) + "/ibtest", "run", document_, "--target", target,
                               "--ssh-config", "ssh_config", "--no-color"});
  return std::make_unique<TerminalProgram>(folder_, flags, environment);
}

void SshTest::expect_success(const ProgramResult& result) const {
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(log("console.log"), HasSubstr("ran as 0")) << result.errors;
}

void SshTest::expect_refusal(const ProgramResult& result, const std::string& words) const {
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr(words));
  EXPECT_THAT(result.errors, Not(HasSubstr("ran as"))) << "something was executed";
}

std::string SshTest::fingerprint(const std::string& type) const {
  const std::string line =
      tool({"ssh-keygen", "-l", "-f", (keys_ / "server" / ("host_" + type + ".pub")).string()}).output;
  const auto begin = line.find("SHA256:");
  return line.substr(begin, line.find(' ', begin) - begin);
}

}  // namespace ibtest
