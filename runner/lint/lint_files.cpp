#include "runner/lint/lint_files.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <iterator>
#include <numeric>
#include <set>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/documents/text_file.hpp"
#include "runner/lint/fix_source.hpp"
#include "runner/lint/lint_configuration.hpp"
#include "runner/lint/lint_input.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes = 64U << 20U;

/// One file with what applies to it.
struct Task {
  LintInput input;
  std::shared_ptr<const LintConfiguration> configuration;
};

struct Outcome {
  std::optional<LintedFile> file;
  std::string problem;
  std::exception_ptr fault;  ///< of this program
};

std::string read_standard_input(std::istream& stream) {
  std::string text;
  char buffer[65536];
  while (text.size() <= most_bytes && (stream.read(buffer, sizeof buffer) || stream.gcount() > 0))
    text.append(buffer, static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::string not_understood(const LintedFile& file) {
  const std::string& name = file.source->name();
  if (!file.otherwise.empty()) return fmt::format("{}: this is {}, no component document", name, file.otherwise);
  return fmt::format("{}: this is no component document: it has neither `schemaVersion` nor `phases`", name);
}

class FileLinter {
 public:
  FileLinter(const LintRequest& request, std::istream& standard_input)
      : request_(&request), standard_input_(&standard_input) {}

  LintResult run() {
    LintResult result;
    plan(result);
    outcomes_ = std::vector<Outcome>(tasks_.size());
    for_all([this](const Task& task, Outcome& outcome) { read_and_lint(task, outcome); });
    check_scripts(result);
    if (request_->fix != FixMode::none) {
      for_all([this](const Task& task, Outcome& outcome) { fix(task, outcome); });
      check_scripts(result);
    }
    for (Outcome& outcome : outcomes_) {
      if (!outcome.problem.empty()) result.problems.push_back(std::move(outcome.problem));
      if (outcome.file) result.files.push_back(std::move(*outcome.file));
    }
    return result;
  }

 private:
  using Work = std::function<void(const Task& task, Outcome& outcome)>;

  /// Does it for every file, on all processors.
  void for_all(const Work& work) {
    std::atomic<std::size_t> next = 0;
    const auto work_on = [&] {
      for (std::size_t index = next++; index < tasks_.size(); index = next++)
        work_or_fail(work, tasks_[index], outcomes_[index]);
    };
    constexpr std::size_t files_per_thread = 4;  // fewer are not worth a thread
    const std::size_t threads =
        std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), tasks_.size() / files_per_thread);
    {
      std::vector<std::jthread> others;
      try {
        for (std::size_t count = 1; count < threads; ++count)
          others.emplace_back(work_on);
      } catch (const std::system_error&) {
        // Where no more threads are allowed, fewer do the same.
      }
      work_on();
    }
    for (const Outcome& outcome : outcomes_) {
      if (outcome.fault) std::rethrow_exception(outcome.fault);
    }
  }

  static void work_or_fail(const Work& work, const Task& task, Outcome& outcome) {
    try {
      work(task, outcome);
    } catch (const Fault& fault) {
      outcome.problem = fault.message() + (fault.remedy().empty() ? "" : "; " + fault.remedy());
    } catch (...) {
      outcome.fault = std::current_exception();
    }
  }

  void plan(LintResult& result) {
    ConfigurationSearch configurations;
    for (LintInput& input : find_lint_inputs(request_->paths)) {
      if (request_->skip_others) input.named = false;
      const fs::path file = fs::absolute(name_of(input)).lexically_normal();
      auto configuration = configurations.find(file.parent_path());
      if (configuration && configuration->ignores(file)) {
        ++result.ignored;
      } else {
        tasks_.push_back({std::move(input), std::move(configuration)});
      }
    }
  }

  [[nodiscard]] const std::string& name_of(const LintInput& input) const {
    return input.path == "-" ? request_->standard_input_name : input.path;
  }

  [[nodiscard]] LintSettings settings_for(const Task& task) const {
    LintSettings settings = request_->settings;
    settings.shell_results = &shell_results_;
    if (!task.configuration) return settings;
    settings.severities.insert(task.configuration->severities.begin(), task.configuration->severities.end());
    settings.default_platform = task.configuration->platform;
    return settings;
  }

  void read_and_lint(const Task& task, Outcome& outcome) {
    const bool named = task.input.named;
    std::string text =
        task.input.path == "-" ? read_standard_input(*standard_input_) : read_text_file(task.input.path, most_bytes);
    if (text.size() > most_bytes) {
      if (named) outcome.problem = fmt::format("{}: the file is larger than {} bytes", task.input.path, most_bytes);
      return;
    }
    const auto source = std::make_shared<const SourceText>(name_of(task.input), std::move(text));
    LintedFile file = lint_source(source, settings_for(task), named);
    if (file.components == 0 && file.findings.empty() && !file.is_host) {
      if (named) outcome.problem = not_understood(file);
      return;
    }
    outcome.file = std::move(file);
  }

  /// Checks the scripts that were not yet, and lints the files anew that have such: once all are known, programs are
  /// started once for many.
  void check_scripts(LintResult& result) {
    std::set<std::string> scripts;
    for (const Outcome& outcome : outcomes_) {
      if (!outcome.file) continue;
      std::ranges::copy_if(outcome.file->scripts, std::inserter(scripts, scripts.end()),
                           [this](const std::string& script) { return !tried_scripts_.contains(script); });
    }
    if (scripts.empty()) return;
    const std::string problem = check_shell_scripts(scripts, request_->shell, shell_results_);
    if (result.shell_problem.empty()) result.shell_problem = problem;
    for_all([&](const Task& task, Outcome& outcome) {
      const auto is_new = [&](const std::string& script) { return scripts.contains(script); };
      if (outcome.file && std::ranges::any_of(outcome.file->scripts, is_new)) lint_again(task, *outcome.file);
    });
    tried_scripts_.merge(scripts);
  }

  void lint_again(const Task& task, LintedFile& file) const {
    LintedFile again = lint_source(file.source, settings_for(task), task.input.named);
    again.fix_count = file.fix_count;
    again.before_fixes = std::move(file.before_fixes);
    again.fixed = std::move(file.fixed);
    file = std::move(again);
  }

  void fix(const Task& task, Outcome& outcome) const {
    if (!outcome.file) return;
    LintedFile& file = *outcome.file;
    FixedFile fixed = fix_source(file, settings_for(task), task.input.named);
    if (fixed.count == 0) return;
    if (request_->fix == FixMode::apply) {
      auto before = std::move(file.source);
      file = std::move(fixed.file);
      file.before_fixes = std::move(before);
    } else {
      file.fixed = fixed.file.source;
    }
    file.fix_count = fixed.count;
  }

  const LintRequest* request_;
  std::istream* standard_input_;
  std::vector<Task> tasks_;
  std::vector<Outcome> outcomes_;  ///< of the tasks
  ShellResults shell_results_;
  std::set<std::string> tried_scripts_;
};

}  // namespace

std::size_t LintResult::count(Severity severity) const {
  std::size_t sum = 0;
  for (const LintedFile& file : files)
    sum += static_cast<std::size_t>(std::ranges::count(file.findings, severity, &Diagnostic::severity));
  return sum;
}

std::size_t LintResult::component_count() const {
  return std::accumulate(files.begin(), files.end(), std::size_t{0},
                         [](std::size_t sum, const LintedFile& file) { return sum + file.components; });
}

LintResult lint_files(const LintRequest& request, std::istream& standard_input) {
  return FileLinter(request, standard_input).run();
}

}  // namespace ibtest
