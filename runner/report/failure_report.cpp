#include "runner/report/failure_report.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "runner/report/failure_hints.hpp"
#include "runner/report/palette.hpp"
#include "runner/report/step_symbols.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

namespace {

constexpr std::size_t failures_shown = 20;

std::string error_of(const StepReport& step, const RunSummary& summary) {
  if (!step.status && summary.exit_status == ExitStatus::reboot_wanted) return "waiting for a reboot of this machine";
  if (!step.status) return summary.exit_status == ExitStatus::interrupted ? "interrupted" : "never ended";
  return step.failure_message.empty() ? std::string("failed") : step.failure_message;
}

void add_output(std::string& text, const std::vector<std::string>& lines, bool dropped, const ConsoleOptions& options,
                std::size_t width, const Palette& palette) {
  if (lines.empty()) {
    text += palette.paint(Paint::dim, "    (it printed nothing)") + "\n";
    return;
  }
  const std::string_view bar = options.ascii || !options.terminal ? "    | " : "    │ ";
  if (dropped)
    text += palette.paint(Paint::dim, fmt::format("    the last {} lines of its output:", lines.size())) + "\n";
  for (const std::string& line : lines)
    text += palette.paint(Paint::dim, bar) + cut_to_width(harmless(line), width - 6, options.ascii) + "\n";
}

void add_failure(std::string& text, const StepReport& step, const RunHistory& history, const RunSummary& summary,
                 const ConsoleOptions& options, std::size_t width) {
  const Palette palette(options.color);
  const StatusSign sign = status_sign(step.status);
  const std::string_view symbol = options.terminal && !options.ascii ? sign.symbol : sign.word;
  const Paint paint = sign.paint == Paint::red ? Paint::bold_red : sign.paint;
  text += "\n" + palette.paint(paint, fmt::format("{} {}:{}", symbol, harmless(step.document), step.line)) +
          fmt::format("  phase {}, step ", harmless(step.phase)) + palette.paint(Paint::bold, harmless(step.name)) +
          fmt::format(" ({})\n", harmless(step.action));
  std::string error = harmless_block(error_of(step, summary), "    ");
  if (step.attempts > 1) error += fmt::format(" (after {} attempts)", step.attempts);
  text += "    " + palette.paint(sign.paint, error) + "\n";
  if (step.iteration && !step.iteration_error.empty()) {
    text += fmt::format("    iteration {} of {}, value `{}`: {}\n", *step.iteration + 1, step.iterations,
                        harmless(step.iteration_value), harmless_block(step.iteration_error, "    "));
  }
  const bool running = !step.status;
  add_output(text, running ? history.output().lines() : step.last_lines,
             running ? history.output().dropped() : step.lines_dropped, options, width, palette);
  for (const std::string& hint : failure_hints(step))
    text += "    " + palette.paint(Paint::cyan, "hint:") + " " + hint + "\n";
}

}  // namespace

std::string failure_report(const RunHistory& history, const RunSummary& summary, const ConsoleOptions& options,
                           std::size_t width) {
  std::string text;
  std::size_t shown = 0;
  std::size_t more = 0;
  for (const StepReport& step : history.steps()) {
    if (!step.went_wrong()) continue;
    if (shown == failures_shown) {
      ++more;
      continue;
    }
    add_failure(text, step, history, summary, options, width);
    ++shown;
  }
  if (more > 0) text += fmt::format("\n... and {} more failed steps, see the logs\n", more);
  return text;
}

std::string summary_report(const RunHistory& history, const RunSummary& summary, const ConsoleOptions& options) {
  const Palette palette(options.color);
  const bool quiet_success = options.verbosity == Verbosity::quiet && summary.exit_status == ExitStatus::success;
  std::string text = quiet_success ? "" : "\n";
  if (summary.faulted) {
    text += palette.paint(Paint::bold_red, "error:") + " " + harmless_block(summary.failure_message, "  ") + "\n";
    if (!summary.fault_remedy.empty()) text += "  " + harmless_block(summary.fault_remedy, "  ") + "\n";
  }
  const Counts counts = history.counts();
  const auto passed = std::count_if(history.steps().begin(), history.steps().end(),
                                    [](const StepReport& step) { return step.status == Status::success; });
  const std::uint32_t done = counts.executed + counts.skipped;
  std::string numbers = fmt::format("{} passed, {} failed", passed, counts.failed);
  if (counts.ignored_failed > 0) numbers += fmt::format(", {} failed and ignored", counts.ignored_failed);
  if (counts.skipped > 0) numbers += fmt::format(", {} skipped", counts.skipped);
  if (summary.planned_steps > done) numbers += fmt::format(", {} not run", summary.planned_steps - done);
  std::string_view word = "success";
  Paint paint = Paint::bold_green;
  if (summary.exit_status == ExitStatus::interrupted) {
    word = "interrupted";
    paint = Paint::bold_yellow;
  } else if (summary.exit_status == ExitStatus::reboot_wanted) {
    word = "suspended";
    paint = Paint::bold_yellow;
  } else if (summary.exit_status != ExitStatus::success) {
    word = "failed";
    paint = Paint::bold_red;
  }
  text += palette.paint(paint, word) + ": " + numbers + " in " + format_duration(summary.duration_ms) + "\n";
  if (!summary.shown_log_directory.empty()) text += "logs: " + harmless(summary.shown_log_directory) + "\n";
  if (summary.exit_status == ExitStatus::reboot_wanted) {
    text += "reboot this machine, then go on with\n";
    text += "  " + palette.paint(Paint::bold, "ibtest resume " + harmless(summary.execution_id)) + "\n";
  }
  if (summary.kept) {
    text += fmt::format("kept: the machine{} is still there; enter it with\n",
                        summary.kept->stage.empty() ? "" : " of stage " + harmless(summary.kept->stage));
    text += "  " + palette.paint(Paint::bold, harmless(summary.kept->enter_command)) + "\n";
    text += "and remove it with `ibtest clean --all`\n";
  }
  return text;
}

}  // namespace ibtest
