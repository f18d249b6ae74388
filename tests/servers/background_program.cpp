#include "tests/servers/background_program.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest::test {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

pid_t start(std::vector<std::string> command_line, const std::filesystem::path& output,
            std::vector<std::string> environment) {
  std::vector<char*> arguments;
  for (std::string& argument : command_line)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const FileDescriptor file(::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  const pid_t process = ::fork();
  if (process != 0) return process;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(file.get(), STDOUT_FILENO);
  ::dup2(file.get(), STDERR_FILENO);
  for (std::string& variable : environment)
    ::putenv(variable.data());
  ::execvp(arguments.front(), arguments.data());
  ::_exit(127);
}

}  // namespace

BackgroundProgram::BackgroundProgram(const std::vector<std::string>& command_line, const std::filesystem::path& output,
                                     const std::vector<std::string>& environment)
    : process_(start(command_line, output, environment)) {}

BackgroundProgram::~BackgroundProgram() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

bool BackgroundProgram::listens_at(int port) const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  const sockaddr_in address = loopback(port);
  while (std::chrono::steady_clock::now() < end) {
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(process_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) {
      return false;
    }
    const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

int free_port() {
  const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), size);
  ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool run_tool(const std::vector<std::string>& command_line) {
  int status = 0;
  ::waitpid(start(command_line, "/dev/null", {}), &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace ibtest::test
