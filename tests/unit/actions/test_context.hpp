#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include <gtest/gtest.h>

#include "actions/action.hpp"
#include "actions/action_context.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {

/// Runs modules for real in a temporary folder: processes are started, files are written.
class TestContext : public ActionContext {
 public:
  explicit TestContext(std::filesystem::path folder)
      : working_directory_(folder / "work"), log_directory_(folder / "logs" / "TOE") {
    std::filesystem::create_directories(working_directory_);
    std::filesystem::create_directories(log_directory_);
  }

  void log(std::string_view text) override { logged.emplace_back(text); }
  void warn(std::string_view text) override { warned.emplace_back(text); }
  void show(std::string_view text) override { shown.append(text); }
  [[nodiscard]] std::filesystem::path resolve(std::string_view path) const override {
    return working_directory_ / path;
  }
  [[nodiscard]] const std::filesystem::path& log_directory() const override { return log_directory_; }
  [[nodiscard]] const std::filesystem::path& working_directory() const override { return working_directory_; }
  [[nodiscard]] const std::map<std::string, std::string>& environment() const override { return variables; }
  [[nodiscard]] ProcessResult run_process(const ProcessRequest& request) override;
  [[nodiscard]] bool skips_updates() const override { return skip_updates; }
  [[nodiscard]] const std::string& document_location() const override { return location; }
  [[nodiscard]] bool runner_serves_urls() const override { return urls_from_runner; }
  void show_progress(std::string_view done_what, std::uint64_t bytes, std::uint64_t total) override {
    progress.push_back(std::string(done_what) + " " + std::to_string(bytes) + " of " + std::to_string(total));
  }
  [[nodiscard]] bool is_strict() const override { return strict; }
  [[nodiscard]] std::unique_ptr<RunnerExchange> ask_runner(nlohmann::json question) override;
  [[nodiscard]] bool must_stop() override { return stop_after == 0 || --stop_after == 0; }

  std::vector<std::string> logged;
  std::vector<std::string> warned;
  std::string shown;
  std::vector<std::string> progress;
  std::map<std::string, std::string> variables = {{"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/bin"}};
  /// What the developer's machine sends, and its answer; "error" of an answer is a refusal.
  std::function<std::string(const nlohmann::json& question, nlohmann::json& answer)> runner =
      [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
        answer["error"] = "nobody is there";
        return std::string();
      };
  bool skip_updates = false;
  std::string location = "/project/component.yml";  ///< of the document
  bool strict = false;
  bool urls_from_runner = false;
  int stop_after = -1;                           ///< must_stop() says yes from that question on; negative: never
  std::function<void()> before_process = [] {};  ///< called before a process is started

 private:
  std::filesystem::path working_directory_;
  std::filesystem::path log_directory_;
};

/// A temporary folder, a context in it, and umask 022 whatever the shell of the developer has (GOTCHA-9).
class ModuleTest : public testing::Test {
 protected:
  ModuleTest();
  ~ModuleTest() override;

  /// Runs the module with these inputs, as JSON; a decoding error is the failure text.
  ActionResult run(std::string_view action, const nlohmann::ordered_json& inputs);
  /// A path in the temporary folder.
  [[nodiscard]] std::string at(std::string_view name) const { return (temporary_.path() / name).string(); }
  void write(std::string_view name, std::string_view content) const;
  [[nodiscard]] std::string read(std::string_view name) const { return read_file(temporary_.path() / name); }
  [[nodiscard]] bool exists(std::string_view name) const;
  [[nodiscard]] static mode_t mode_of(const std::string& path);

  TemporaryFolder temporary_;
  TestContext context_{temporary_.path()};

 private:
  mode_t old_umask_;
};

/// The test says why it cannot run, and fails where CI is "true". Always false.
bool cannot_run(const std::string& why);
/// For tests that only root can run: true when they can. Otherwise the test says so, and fails where CI is "true".
[[nodiscard]] bool root_or_say_why_not();

/// Something mounted, until this goes. The test says so, and fails where CI is "true", when it may not mount.
class Mount {
 public:
  /// A file system of 64 KiB on a folder, as a disk that is soon full.
  [[nodiscard]] static Mount small_disk(const std::filesystem::path& folder);
  /// What is in the folder stays, and cannot be changed.
  [[nodiscard]] static Mount read_only(const std::filesystem::path& folder);
  /// A file over another one, as container runtimes do with /etc/hosts.
  [[nodiscard]] static Mount file_over(const std::filesystem::path& source, const std::filesystem::path& target);
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  ~Mount();
  [[nodiscard]] bool is_mounted() const { return mounted_; }

 private:
  Mount(const std::string& source, std::filesystem::path target, const char* kind, unsigned long flags,
        const char* options);

  std::filesystem::path target_;
  bool mounted_ = false;
};

}  // namespace ibtest
