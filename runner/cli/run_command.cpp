#include <deque>
#include <unistd.h>

#include "runner/cli/command_line.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/console_timer.hpp"
#include "runner/cli/error_message.hpp"
#include "runner/cli/log_upload.hpp"
#include "runner/cli/parallel_run.hpp"
#include "runner/cli/run_plan.hpp"
#include "runner/cli/run_session.hpp"
#include "runner/cli/runner_answers.hpp"
#include "runner/cli/saved_run.hpp"
#include "runner/exchange/ca_bundle.hpp"
#include "runner/report/awstoe_summary.hpp"
#include "runner/report/json_report.hpp"
#include "runner/report/junit_report.hpp"
#include "runner/report/matrix_report.hpp"

namespace ibtest {

namespace {

void print_error_output(std::string_view text) {
  // A closed standard error is no reason to end the run.
  static_cast<void>(write_to_end(STDERR_FILENO, text));
}

/// `ibtest run` from the first check to the reports.
class RunCommand {
 public:
  /// `saved` is a run that goes on, `folder` its folder.
  explicit RunCommand(const RunOptions& options, const SavedRun* saved = nullptr, std::filesystem::path folder = {})
      : options_(options),
        saved_(saved),
        saved_folder_(std::move(folder)),
        console_options_(console_options(console_environment(STDERR_FILENO, options.no_color), options.verbosity)) {
    console_options_.terminal_width = [] { return terminal_columns(STDERR_FILENO); };
  }

  ExitStatus run() {
    try {
      const CheckOutput output{print_error_output, console_options_.color, shows_no_warnings()};
      const LoadedDocuments loaded =
          saved_ == nullptr ? load_documents(options_, reader_, output) : documents_of(saved_->job);
      ProcessLoop loop;
      RunPlan plan = make_run_plan(options_, loaded, loop, output);
      if (saved_ != nullptr) {
        plan.targets.front().resumed = saved_->job;
        plan.targets.front().execution_id = saved_->job.execution_id;
        if (saved_->session.empty()) {
          forget_saved_run(saved_folder_, SavedFor::reboot);
        } else {
          plan.targets.front().attached = {saved_folder_, saved_->boot, saved_->reboot_event};
        }
      }
      const std::size_t groups = options_.separately ? loaded.sources.size() : 1;
      const bool several = plan.targets.size() * groups > 1;
      if (several && (options_.jobs > 1 || groups > 1)) return run_combinations(loop, plan, loaded);
      return run_targets(loop, plan);
    } catch (const Refused& refused) {
      print_error_output(error_message(refused, console_options_.color));
      return report_refusal(refused.first_error(), refused.status());
    } catch (const Fault& fault) {
      print_error_output(error_message(fault, console_options_.color));
      return report_refusal(fault.message(), fault.status());
    } catch (const Interrupted&) {
      return report_refusal("interrupted", ExitStatus::interrupted);
    }
  }

 private:
  ExitStatus run_targets(ProcessLoop& loop, const RunPlan& plan) {
    console_options_.name_width = plan.name_width;
    console_options_.action_width = plan.action_width;
    Console console(console_options_, print_error_output, steady_milliseconds);
    const ConsoleTimer timer(loop, console);
    LineOutput standard_output(STDOUT_FILENO);
    RunnerAnswers answers(environment_, store_, reader_, options_.web);
    const SessionContext context{loop,    plan,    options_,
                                 console, answers, options_.format == OutputFormat::jsonl ? &standard_output : nullptr};
    ExitStatus status = ExitStatus::success;
    std::deque<TargetReport> reports;
    for (const PlannedTarget& planned : plan.targets) {
      if (loop.interrupts() > 0) break;
      if (options_.fail_fast && status != ExitStatus::success) break;
      run_on_target(context, planned, reports.emplace_back());
      status = worse(status, reports.back().summary.exit_status);
    }
    std::vector<MatrixCell> matrix;
    for (std::size_t i = 0; i < plan.targets.size(); ++i)
      matrix.push_back({plan.targets[i].target->name(), {}, i < reports.size() ? &reports[i].summary : nullptr});
    return finish(loop, reports, matrix, 1);
  }

  ExitStatus run_combinations(ProcessLoop& loop, const RunPlan& plan, const LoadedDocuments& loaded) {
    RunnerAnswers answers(environment_, store_, reader_, options_.web);
    LineOutput standard_output(STDOUT_FILENO);
    const std::vector<Combination> combinations = make_combinations(options_, plan, loaded);
    std::deque<TargetReport> reports;
    run_in_parallel(
        {loop, answers, console_options_, print_error_output,
         options_.format == OutputFormat::jsonl ? &standard_output : nullptr, options_.jobs, options_.fail_fast},
        combinations, reports);
    std::vector<MatrixCell> matrix;
    for (std::size_t i = 0; i < combinations.size(); ++i) {
      const Combination& one = combinations[i];
      const bool begun = !reports[i].summary.target.empty();
      matrix.push_back({one.options.targets.front(), options_.separately ? one.options.documents.front().location : "",
                        begun ? &reports[i].summary : nullptr});
    }
    return finish(loop, reports, matrix, options_.separately ? loaded.sources.size() : 1);
  }

  /// The worst of the runs, after all reports.
  ExitStatus finish(ProcessLoop& loop, std::deque<TargetReport>& reports, const std::vector<MatrixCell>& matrix,
                    std::size_t columns) {
    print_error_output(matrix_report(matrix, columns, console_options_));
    ExitStatus status = ExitStatus::success;
    for (const TargetReport& report : reports) {
      if (!report.summary.stopped_by_another) status = worse(status, report.summary.exit_status);
    }
    if (loop.interrupts() > 0) status = ExitStatus::interrupted;
    if (options_.log_upload && status != ExitStatus::interrupted)
      status = worse(status, store_all_logs(loop, *options_.log_upload, reports));
    return write_reports(reports, status);
  }

  // CLI-11: what is quiet without -t are the steps; what it says beforehand about the call must be seen.
  [[nodiscard]] bool shows_no_warnings() const {
    return options_.verbosity == Verbosity::quiet && options_.rules == RunRules::ibtest;
  }

  ExitStatus store_all_logs(ProcessLoop& loop, const LogUpload& upload, std::deque<TargetReport>& reports) {
    ExitStatus status = ExitStatus::success;
    for (TargetReport& report : reports) {
      try {
        const std::string warning = store_logs(loop, store_, upload, report.summary);
        if (!warning.empty()) print_error_output(warning_message(warning, console_options_.color));
      } catch (const Fault& fault) {
        print_error_output(error_message(fault, console_options_.color));
        RunSummary& summary = report.summary;
        if (summary.exit_status == ExitStatus::success) summary.failure_message = fault.message();
        summary.exit_status = worse(summary.exit_status, fault.status());
        status = worse(status, fault.status());
      }
    }
    return status;
  }

  ExitStatus write_reports(const std::deque<TargetReport>& reports, ExitStatus status) {
    std::vector<const TargetReport*> list;
    for (const TargetReport& report : reports) {
      if (!report.summary.target.empty()) list.push_back(&report);  // others were never begun
    }
    if (list.empty()) return report_refusal("interrupted", status);
    if (options_.format == OutputFormat::json) print_json(json_report(list));
    if (options_.format == OutputFormat::awstoe) print_json(awstoe_summary(reports.front()));
    if (!options_.junit_file.empty()) status = worse(status, write_junit(junit_report(list)));
    return status;
  }

  ExitStatus report_refusal(const std::string& message, ExitStatus status) {
    if (options_.format == OutputFormat::json) print_json(json_failure(message, status));
    if (options_.format == OutputFormat::awstoe) print_json(awstoe_failure(options_.execution_id, message));
    return status;
  }

  static void print_json(const nlohmann::ordered_json& json) {
    static_cast<void>(write_to_end(STDOUT_FILENO, json_text(json)));
  }

  ExitStatus write_junit(const std::string& text) {
    try {
      replace_file(options_.junit_file, text);
      return ExitStatus::success;
    } catch (const Fault& fault) {
      print_error_output(error_message(fault, console_options_.color));
      return fault.status();
    }
  }

  const RunOptions& options_;
  const SavedRun* saved_;
  std::filesystem::path saved_folder_;
  ConsoleOptions console_options_;
  EnvironmentVariables environment_ = process_environment();
  S3Store store_{options_.s3, environment_};
  const DocumentReader reader_{store_, ComponentFolders(options_.component_folders)};
};

}  // namespace

ExitStatus run_command(const RunOptions& options) {
  return RunCommand(options).run();
}

namespace {

ExitStatus go_on(const std::string& run, SavedFor purpose) {
  const std::filesystem::path folder =
      std::filesystem::absolute(find_saved_run(run, LogRoot::from_option("").path, purpose));
  const SavedRun saved = read_saved_run(folder, purpose);
  std::error_code failed;
  std::filesystem::current_path(saved.working_directory, failed);  // the flags may have relative paths
  if (failed)
    throw Fault(ExitStatus::not_runnable,
                "going back to " + saved.working_directory.string() + ": " + failed.message());
  auto options = std::get<RunOptions>(parse_command_line(saved.arguments));
  if (purpose == SavedFor::attach) {
    // One of perhaps several combinations.
    options.targets = {saved.target};
    options.session = saved.session;
    if (!saved.reboot_event.empty()) options.reboot_from = saved.boot;
    options.separately = false;
  }
  return RunCommand(options, &saved, folder).run();
}

}  // namespace

ExitStatus resume_command(const ResumeOptions& options) {
  return go_on(options.run, SavedFor::reboot);
}

ExitStatus attach_command(const AttachOptions& options) {
  return go_on(options.run, SavedFor::attach);
}

}  // namespace ibtest
