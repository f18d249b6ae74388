#include "tests/e2e/run_fixture.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <malloc.h>
#include <poll.h>
#include <set>
#include <sstream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr int line_patience_ms = 60'000;
// A run may be silent on standard output until its end.
constexpr int end_patience_ms = 600'000;

std::string read_all(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Program::Program(const fs::path& folder, const std::vector<std::string>& command_line,
                 const std::vector<std::string>& environment) {
  static int count = 0;
  errors_file_ = folder.string() + fmt::format("-errors-{}", ++count);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  output_ = FileDescriptor(ends[0]);
  const FileDescriptor write_end(ends[1]);
  const FileDescriptor errors(::open(errors_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  std::vector<std::string> arguments = command_line;
  const std::vector<char*> argument_pointers = pointers(arguments);
  std::vector<std::string> variables = environment;
  ::malloc_trim(0);  // what this process has in memory counts as the most that the program had
  process_ = ::fork();
  if (process_ == 0) {
    ::setsid();  // a terminal's Ctrl-C is for the test alone
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(write_end.get(), STDOUT_FILENO);
    ::dup2(errors.get(), STDERR_FILENO);
    for (std::string& variable : variables)
      ::putenv(variable.data());
    if (::chdir(folder.c_str()) == 0) ::execvp(argument_pointers[0], argument_pointers.data());
    ::_exit(127);
  }
}

Program::~Program() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove(errors_file_, ignored);
}

std::optional<std::string> Program::read_line() {
  return read_line(line_patience_ms);
}

std::optional<std::string> Program::read_line(int patience_ms) {
  for (;;) {
    if (const std::size_t end = pending_.find('\n'); end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    pollfd ready{output_.get(), POLLIN, 0};
    const int count = ::poll(&ready, 1, patience_ms);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) {
      ADD_FAILURE() << "no output for " << patience_ms / 1000 << " s";
      return std::nullopt;
    }
    char buffer[65536];
    const ssize_t bytes = ::read(output_.get(), buffer, sizeof buffer);
    if (bytes <= 0) return std::nullopt;
    pending_.append(buffer, static_cast<std::size_t>(bytes));
    read_.append(buffer, static_cast<std::size_t>(bytes));
  }
}

bool Program::read_until(const std::string& text) {
  while (const auto line = read_line()) {
    if (line->find(text) != std::string::npos) return true;
  }
  return false;
}

void Program::wait_for_error(const std::string& text) const {
  constexpr int pause_ms = 5;
  for (int waited = 0; read_all(errors_file_).find(text) == std::string::npos; waited += pause_ms) {
    if (waited >= line_patience_ms) {
      ADD_FAILURE() << "standard error has no `" << text << "` but\n" << read_all(errors_file_);
      return;
    }
    ::poll(nullptr, 0, pause_ms);
  }
}

void Program::signal(int number) const {
  ::kill(process_, number);
}

ProgramResult Program::wait() {
  while (read_line(end_patience_ms)) {
  }
  int status = 0;
  rusage used{};
  ::wait4(process_, &status, 0, &used);
  process_ = -1;
  return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), read_, read_all(errors_file_),
          static_cast<std::size_t>(used.ru_maxrss) * 1024};
}

RunTest::RunTest() {
  char name[] = "/tmp/ibtest-e2e-XXXXXX";
  folder_ = ::mkdtemp(name);
}

RunTest::~RunTest() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void RunTest::TearDown() {
  EXPECT_EQ(left_behind(), "");
}

std::string RunTest::write(const std::string& name, const std::string& content) const {
  std::ofstream(folder_ / name, std::ios::binary) << content;
  return name;
}

std::string RunTest::write_scripts(const std::string& name, const std::vector<std::string>& scripts) const {
  std::string text = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n";
  int number = 0;
  for (const std::string& script : scripts) {
    text += fmt::format("      - name: Step{}\n        action: ExecuteBash\n        inputs:\n          commands:\n",
                        ++number);
    text += "            - " + nlohmann::json(script).dump() + "\n";
  }
  return write(name, text);
}

std::unique_ptr<Program> RunTest::start(std::vector<std::string> arguments,
                                        const std::vector<std::string>& environment) const {
  arguments.insert(arguments.begin(), std::string(IBTEST_BIN) + "/ibtest");
  return std::make_unique<Program>(folder_, arguments, environment);
}

ProgramResult RunTest::ibtest(std::vector<std::string> arguments, std::vector<std::string> environment) const {
  arguments.insert(arguments.begin(), std::string(IBTEST_BIN) + "/ibtest");
  return Program(folder_, arguments, environment).wait();
}

ProgramResult RunTest::tool(const std::vector<std::string>& command_line) const {
  return Program(folder_, command_line, {}).wait();
}

bool RunTest::exists(const std::string& name) const {
  return fs::exists(folder_ / name);
}

std::string RunTest::content(const std::string& name) const {
  return read_all(folder_ / name);
}

std::string RunTest::log(const std::string& name) const {
  return content(".ibtest/runs/latest/" + name);
}

std::vector<std::string> RunTest::run_ids() const {
  std::vector<std::string> ids;
  std::error_code error;
  for (fs::directory_iterator it(folder_ / ".ibtest/runs", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    constexpr std::size_t time_length = std::string_view("2025-11-24_16-00-00_").size();
    if (name.size() > time_length) ids.push_back(name.substr(time_length));
  }
  // Log folders that `awstoe run` leaves, wherever it was told to.
  for (fs::recursive_directory_iterator it(folder_, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    const std::size_t zone = name.find("_UTC-0_");
    if (name.starts_with("TOE_") && zone != std::string::npos)
      ids.push_back(name.substr(zone + std::string_view("_UTC-0_").size()));
  }
  return ids;
}

std::string RunTest::left_behind() const {
  std::string left;
  for (const std::string& id : run_ids()) {
    left += tool({"docker", "ps", "--all", "--format", "{{.Names}}", "--filter", "label=ibtest.run=" + id}).output;
    left += tool({"docker", "images", "--all", "--format", "{{.ID}}", "--filter", "label=ibtest.run=" + id}).output;
    left += tool({"docker", "network", "ls", "--format", "{{.Name}}", "--filter", "label=ibtest.run=" + id}).output;
  }
  return left;
}

void RunTest::expect_nothing_created(const std::vector<std::string>& files) const {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder_))
    found.insert(entry.path().filename().string());
  EXPECT_EQ(found, std::set<std::string>(files.begin(), files.end()));
}

}  // namespace ibtest
