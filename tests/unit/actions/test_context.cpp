#include "tests/unit/actions/test_context.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actions/inputs/decode_inputs.hpp"

namespace ibtest {

namespace {

[[noreturn]] void become(const std::vector<std::string>& command_line,
                         const std::map<std::string, std::string>& variables, const std::filesystem::path& folder,
                         int output, int error_output, int report) {
  std::vector<std::string> texts;
  for (const auto& [name, value] : variables)
    texts.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (auto& text : texts)
    environment.push_back(text.data());
  environment.push_back(nullptr);
  auto words = command_line;
  std::vector<char*> arguments;
  for (auto& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(output, 1);
  ::dup2(error_output, 2);
  if (::chdir(folder.c_str()) == 0) {
    ::setenv("PATH", variables.contains("PATH") ? variables.at("PATH").c_str() : "", 1);
    // execve() for paths, so that a file without `#!` is an error and not given to a shell.
    if (words.front().find('/') != std::string::npos) {
      ::execve(arguments[0], arguments.data(), environment.data());
    } else {
      ::execvpe(arguments[0], arguments.data(), environment.data());
    }
  }
  const int reason = errno;
  [[maybe_unused]] const auto written = ::write(report, &reason, sizeof reason);
  ::_exit(127);
}

/// An answer that is there at once.
class ReadyExchange final : public RunnerExchange {
 public:
  ReadyExchange(std::string bytes, nlohmann::json answer)
      : size_(bytes.size()), bytes_(std::move(bytes)), answer_(std::move(answer)) {}

  std::optional<std::string> receive() override {
    if (bytes_.empty()) return std::nullopt;
    return std::exchange(bytes_, {});
  }
  [[nodiscard]] std::uint64_t announced() const override { return size_; }
  bool send(std::string_view /*bytes*/) override { return true; }
  RunnerAnswer finish() override { return {answer_, answer_.value("error", "")}; }
  void leave() override {}

 private:
  std::uint64_t size_;
  std::string bytes_;
  nlohmann::json answer_;
};

}  // namespace

std::unique_ptr<RunnerExchange> TestContext::ask_runner(nlohmann::json question) {
  auto answer = nlohmann::json::object();
  auto bytes = runner(question, answer);
  return std::make_unique<ReadyExchange>(std::move(bytes), std::move(answer));
}

ProcessResult TestContext::run_process(const ProcessRequest& request) {
  before_process();
  const TemporaryFolder captured;
  const int output = ::open((captured.path() / "out").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const int error_output = ::open((captured.path() / "err").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  std::array<int, 2> report{};
  if (::pipe2(report.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  auto environment = request.variables;
  environment.insert(variables.begin(), variables.end());
  const pid_t child = ::fork();
  if (child == 0) become(request.command_line, environment, working_directory_, output, error_output, report[1]);
  ::close(report[1]);
  ProcessResult result;
  if (::read(report[0], &result.start_error, sizeof result.start_error) <= 0) result.start_error = 0;
  ::close(report[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(output);
  ::close(error_output);
  if (result.start_error != 0) {
    result.error = "start error " + std::to_string(result.start_error);
    return result;
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (!result.exit_code) result.error = "signal: " + std::to_string(WTERMSIG(status));
  if (result.exit_code && *result.exit_code != 0) result.error = "exit status " + std::to_string(*result.exit_code);
  result.standard_output = read_file(captured.path() / "out");
  while (result.standard_output.ends_with('\n') || result.standard_output.ends_with('\r')) {
    result.standard_output.pop_back();
  }
  result.standard_error_tail = read_file(captured.path() / "err");
  return result;
}

ModuleTest::ModuleTest() : old_umask_(::umask(022)) {}
ModuleTest::~ModuleTest() {
  ::umask(old_umask_);
}

ActionResult ModuleTest::run(std::string_view action, const nlohmann::ordered_json& inputs) {
  const auto* module = find_action(action);
  if (module == nullptr) throw std::runtime_error("no module " + std::string(action));
  const auto decoded = ActionInputsDecoder::decode(*module, inputs);
  if (!decoded.inputs) return ActionResult::failure(decoded.error);
  return module->run(*decoded.inputs, context_);
}

void ModuleTest::write(std::string_view name, std::string_view content) const {
  std::ofstream(temporary_.path() / name, std::ios::binary) << content;
}

bool ModuleTest::exists(std::string_view name) const {
  return std::filesystem::exists(std::filesystem::symlink_status(temporary_.path() / name));
}

mode_t ModuleTest::mode_of(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) throw std::runtime_error("no " + path);
  return status.st_mode & 07777U;
}

bool cannot_run(const std::string& why) {
  const char* ci = std::getenv("CI");
  if (ci != nullptr && std::string_view(ci) == "true") {
    ADD_FAILURE() << why;
  } else {
    [&why] { GTEST_SKIP() << why; }();
  }
  return false;
}

bool root_or_say_why_not() {
  return ::geteuid() == 0 || cannot_run("needs root: changes owners, mounts, or reads other users' files");
}

Mount::Mount(const std::string& source, std::filesystem::path target, const char* kind, unsigned long flags,
             const char* options)
    : target_(std::move(target)) {
  mounted_ = ::mount(source.c_str(), target_.c_str(), kind, flags, options) == 0;
  // The kernel takes no other flag when it binds.
  if (mounted_ && flags == (MS_BIND | MS_RDONLY) &&
      ::mount(nullptr, target_.c_str(), nullptr, flags | MS_REMOUNT, nullptr) != 0) {
    ::umount2(target_.c_str(), MNT_DETACH);
    mounted_ = false;
  }
  if (!mounted_) cannot_run("needs the right to mount a file system");
}

Mount Mount::small_disk(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return {"ibtest", folder, "tmpfs", 0, "size=64k,mode=755"};
}

Mount Mount::read_only(const std::filesystem::path& folder) {
  return {folder.string(), folder, nullptr, MS_BIND | MS_RDONLY, nullptr};
}

Mount Mount::file_over(const std::filesystem::path& source, const std::filesystem::path& target) {
  return {source.string(), target, nullptr, MS_BIND, nullptr};
}

Mount::~Mount() {
  if (mounted_) ::umount2(target_.c_str(), MNT_DETACH);
}

}  // namespace ibtest
