#include "runner/lint/lint_files.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <numeric>
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

LintSettings settings_for(const Task& task, const LintSettings& given) {
  LintSettings settings = given;
  if (!task.configuration) return settings;
  settings.severities.insert(task.configuration->severities.begin(), task.configuration->severities.end());
  settings.default_platform = task.configuration->platform;
  return settings;
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
    std::vector<Outcome> outcomes(tasks_.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t index = next++; index < tasks_.size(); index = next++)
        outcomes[index] = lint_or_fail(tasks_[index]);
    };
    constexpr std::size_t files_per_thread = 4;  // fewer are not worth a thread
    const std::size_t threads =
        std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), tasks_.size() / files_per_thread);
    {
      std::vector<std::jthread> others;
      try {
        for (std::size_t count = 1; count < threads; ++count)
          others.emplace_back(work);
      } catch (const std::system_error&) {
        // Where no more threads are allowed, fewer do the same.
      }
      work();
    }
    for (Outcome& outcome : outcomes) {
      if (outcome.fault) std::rethrow_exception(outcome.fault);
      if (!outcome.problem.empty()) result.problems.push_back(std::move(outcome.problem));
      if (outcome.file) result.files.push_back(std::move(*outcome.file));
    }
    return result;
  }

 private:
  void plan(LintResult& result) {
    ConfigurationSearch configurations;
    for (LintInput& input : find_lint_inputs(request_->paths)) {
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

  Outcome lint_or_fail(const Task& task) {
    Outcome outcome;
    try {
      lint(task, outcome);
    } catch (const Fault& fault) {
      outcome.problem = fault.message() + (fault.remedy().empty() ? "" : "; " + fault.remedy());
    } catch (...) {
      outcome.fault = std::current_exception();
    }
    return outcome;
  }

  void lint(const Task& task, Outcome& outcome) {
    const bool named = task.input.named;
    std::string text =
        task.input.path == "-" ? read_standard_input(*standard_input_) : read_text_file(task.input.path, most_bytes);
    if (text.size() > most_bytes) {
      if (named) outcome.problem = fmt::format("{}: the file is larger than {} bytes", task.input.path, most_bytes);
      return;
    }
    const auto source = std::make_shared<const SourceText>(name_of(task.input), std::move(text));
    const LintSettings settings = settings_for(task, request_->settings);
    LintedFile file = lint_source(source, settings, named);
    if (file.components == 0 && file.findings.empty() && !file.is_host) {
      if (named) outcome.problem = not_understood(file);
      return;
    }
    if (request_->fix != FixMode::none) fix(file, settings, named);
    outcome.file = std::move(file);
  }

  void fix(LintedFile& file, const LintSettings& settings, bool named) const {
    FixedFile fixed = fix_source(file, settings, named);
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
