#include "tests/agent/agent_program.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "agent/protocol/execution_id.hpp"

namespace ibtest::test {

namespace {

constexpr int longest_silence_ms = 60'000;

struct TestPipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};

TestPipe make_test_pipe() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::pipe2(static_cast<int*>(ends), O_CLOEXEC), 0);
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "ibtest-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string agent_path() {
  const char* const other = std::getenv("IBTEST_TEST_AGENT");
  return other == nullptr ? IBTEST_BIN "/ibtest-agent" : other;
}

bool is_alive(pid_t pid) {
  const std::string status = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = status.rfind(')');
  return name_end != std::string::npos && status[name_end + 2] != 'Z' && status[name_end + 2] != 'X';
}

std::vector<pid_t> children_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid) + "/children");
  return {std::istream_iterator<pid_t>(file), {}};
}

std::string wait_for_file(const std::filesystem::path& file) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    if (std::string text = read_file(file); !text.empty()) return text;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return {};
}

AgentProgram::AgentProgram(const std::vector<std::string>& command_line, ProcessNamespace processes) {
  std::signal(SIGPIPE, SIG_IGN);
  TestPipe to_agent = make_test_pipe();
  TestPipe from_agent = make_test_pipe();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, to_agent.read_end.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, from_agent.write_end.get(), STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command_line)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  // In a thread, because the namespace for children is one of the thread that asks for it.
  std::thread([&] {
    const bool unshared = processes == ProcessNamespace::shared || ::unshare(CLONE_NEWPID) == 0;
    EXPECT_TRUE(unshared);
    EXPECT_EQ(::posix_spawnp(&pid_, arguments.front(), &actions, nullptr, arguments.data(), environ), 0);
  }).join();
  ::posix_spawn_file_actions_destroy(&actions);
  input_ = std::move(to_agent.write_end);
  output_ = std::move(from_agent.read_end);
}

AgentProgram::~AgentProgram() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void AgentProgram::send(const Command& command) {
  const std::string line = encode(command) + "\n";
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t size = ::write(input_.get(), rest.data(), rest.size());
    if (size <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(size));
  }
}

std::optional<Event> AgentProgram::next() {
  std::size_t scanned = 0;
  while (true) {
    if (const std::size_t end = buffer_.find('\n', scanned); end != std::string::npos) {
      const Event event = decode_event(std::string_view(buffer_).substr(0, end));
      buffer_.erase(0, end + 1);
      return event;
    }
    scanned = buffer_.size();
    pollfd ready{.fd = output_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, longest_silence_ms) <= 0) {
      ADD_FAILURE() << "the agent says nothing";
      return std::nullopt;
    }
    constexpr std::size_t piece = 64U << 10U;
    buffer_.resize(scanned + piece);
    const ssize_t size = ::read(output_.get(), buffer_.data() + scanned, piece);
    buffer_.resize(scanned + static_cast<std::size_t>(size > 0 ? size : 0));
    if (size <= 0) return std::nullopt;
  }
}

std::vector<Event> AgentProgram::read_until(const std::function<bool(const Event&)>& last) {
  std::vector<Event> events;
  while (auto event = next()) {
    events.push_back(std::move(*event));
    if (last(events.back())) break;
  }
  return events;
}

std::vector<Event> AgentProgram::read_run() {
  return read_until([](const Event& event) {
    return std::holds_alternative<RunFinished>(event.body) || std::holds_alternative<AgentFault>(event.body);
  });
}

int AgentProgram::wait() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

long AgentProgram::peak_memory_kib() const {
  std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + std::string_view("VmHWM:").size());
  }
  return -1;
}

TestRun::TestRun() {
  job.execution_id = make_execution_id();
  job.log_directory = (folder / "logs").string();
  job.working_directory = (folder / "work").string();
  job.environment = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"}, {"LANG", "C.UTF-8"}};
}

TestRun& TestRun::document(const std::string& text, const std::string& path) {
  job.documents.push_back({.path = path, .text = text, .parameters = {}});
  return *this;
}

std::string TestRun::one_phase(const std::string& steps) {
  return "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + steps;
}

std::string TestRun::bash_step(const std::string& name, const std::string& script, const std::string& settings) {
  std::string text = "      - name: " + name + "\n        action: ExecuteBash\n";
  if (!settings.empty()) text += "        " + settings + "\n";
  text += "        inputs:\n          commands:\n            - |\n";
  for (std::size_t start = 0; start < script.size();) {
    const std::size_t end = std::min(script.find('\n', start), script.size());
    text += "              " + script.substr(start, end - start) + "\n";
    start = end + 1;
  }
  return text;
}

std::vector<std::string> TestRun::command_line() const {
  return {agent_path(), "serve", "--state-directory", (folder / "state").string()};
}

AgentProgram TestRun::start() const {
  return AgentProgram(command_line());
}

std::vector<Event> TestRun::run() {
  AgentProgram agent(command_line());
  agent.send(StartRun{job});
  std::vector<Event> events = agent.read_run();
  agent.send(Release{});
  EXPECT_EQ(agent.wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(folder / "state")) << "the agent leaves its state behind";
  std::uint64_t expected = 0;
  for (const Event& event : events)
    EXPECT_EQ(event.sequence, ++expected);
  return events;
}

std::filesystem::path TestRun::log_folder() const {
  for (const auto& entry : std::filesystem::directory_iterator(job.log_directory))
    return entry.path();
  return {};
}

nlohmann::ordered_json TestRun::results() const {
  return nlohmann::ordered_json::parse(read_file(log_folder() / "detailedoutput.json"), nullptr, false);
}

std::string TestRun::console() const {
  std::ifstream file(log_folder() / "console.log");
  std::string text;
  for (std::string line; std::getline(file, line);) {
    const bool timed = line.size() > 31 && line[4] == '-' && line[29] == 'Z';
    text += (timed ? line.substr(31) : line) + "\n";
  }
  return text;
}

RunFinished end_of(const std::vector<Event>& events) {
  const auto ends = all_of_type<RunFinished>(events);
  if (ends.empty()) {
    ADD_FAILURE() << "the run has not ended; last event: " << (events.empty() ? "none" : encode(events.back()));
    return {};
  }
  return ends.front();
}

std::string output_of(const std::vector<Event>& events) {
  std::string text;
  for (const Output& output : all_of_type<Output>(events)) {
    if (output.stream == OutputStream::standard_output) text += output.bytes;
  }
  return text;
}

}  // namespace ibtest::test
