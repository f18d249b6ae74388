#pragma once

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {

/// A program of a test with a terminal of its own. Killed with the value.
class TerminalProgram {
 public:
  TerminalProgram(const std::filesystem::path& folder, const std::vector<std::string>& command_line,
                  const std::vector<std::string>& environment = {});
  TerminalProgram(const TerminalProgram&) = delete;
  TerminalProgram& operator=(const TerminalProgram&) = delete;
  ~TerminalProgram();

  /// Waits until the terminal shows the text after what was waited for before; false after 20 seconds or at the end.
  bool wait_for(const std::string& text);
  void type(const std::string& text) const;
  /// Reads to the end; the exit status.
  int wait();
  [[nodiscard]] pid_t process() const { return process_; }
  /// All that was shown.
  [[nodiscard]] const std::string& shown() const { return shown_; }

 private:
  bool read();

  pid_t process_ = -1;
  FileDescriptor terminal_;
  std::string shown_;
  std::size_t seen_ = 0;
};

/// A host with a real sshd in a container of its own, without an sftp subsystem. Users: root, free (sudo without
/// password), asked (sudo with one) and plain (no sudo); the password of each is its name and " word". Keys user_TYPE
/// and locked_TYPE (passphrase "pass word") of the types ed25519, ecdsa, rsa may log in as each; key "stranger" may
/// not.
class SshTest : public RunTest {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  /// Starts the host; `options` are for the engine's `run`.
  void start_host(const std::vector<std::string>& options = {});
  /// One more sshd in the host, at another port, with other settings ("PasswordAuthentication no").
  void start_sshd(int port, const std::vector<std::string>& settings) const;
  /// Executes a script in the host as root; its standard output.
  std::string in_host(const std::string& script) const;
  /// Writes the OpenSSH configuration: alias "box" for the host, with the key user_ed25519, and these further lines.
  void configure(const std::string& lines = {}, const std::string& further_hosts = {}) const;
  /// Makes the host's keys known, under the name `name`.
  void know_host(const std::string& name) const;
  /// Runs a document with one step, which prints "ran as <user id>", on `target`.
  ProgramResult run(const std::string& target, std::vector<std::string> flags = {},
                    std::vector<std::string> environment = {}) const;
  /// What the terminal shows for such a run, before it is waited for.
  [[nodiscard]] std::unique_ptr<TerminalProgram> run_in_terminal(
      const std::string& target, std::vector<std::string> flags = {},
      const std::vector<std::string>& environment = {}) const;
  void expect_success(const ProgramResult& result) const;
  void expect_refusal(const ProgramResult& result, const std::string& words) const;
  /// Fingerprint of one of the host's keys, as ssh-keygen says it.
  [[nodiscard]] std::string fingerprint(const std::string& type) const;

  static std::filesystem::path keys_;  ///< folder with all keys
  std::string container_;
  std::string address_;
  const std::string document_ = "ssh.yml";
};

}  // namespace ibtest
