#include "runner/report/console.hpp"

#include <fmt/format.h>

#include "runner/report/failure_report.hpp"
#include "runner/report/step_symbols.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

namespace {

constexpr std::size_t live_output_lines = 3;
constexpr std::size_t plain_line_width = 2000;
/// What plain lines show of one step without -v; everything is in the logs.
constexpr std::size_t plain_output_limit = 1U << 20U;
constexpr std::size_t duration_width = 10;
constexpr std::size_t child_indentation = 4;  ///< of each level of child documents
constexpr std::int64_t plain_progress_interval_ms = 10'000;

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(used < width ? width - used : 0, ' ') + std::string(text);
}

}  // namespace

Console::Console(ConsoleOptions options, Write write, ClockMs clock)
    : options_(std::move(options)),
      write_(std::move(write)),
      clock_(std::move(clock)),
      palette_(options_.color),
      area_(write_) {}

std::size_t Console::width() const {
  if (!options_.terminal) return plain_line_width;
  // One column stays free: a full line makes some terminals wrap.
  const std::size_t columns = options_.terminal_width();
  return columns > 20 ? columns - 1 : 20;
}

void Console::print_line(std::string_view text) {
  area_.print(std::string(text) + "\n");
}

void Console::begin_target(const RunHistory& history, std::string_view target, std::string_view reason) {
  history_ = &history;
  document_.clear();
  phase_.clear();
  if (options_.verbosity == Verbosity::quiet) return;
  std::string line = "target " + palette_.paint(Paint::bold, harmless(target));
  if (!reason.empty()) line += fmt::format(" ({})", harmless(reason));
  print_line(line);
}

void Console::begin_stage(std::string_view name, std::string_view machine) {
  document_.clear();
  phase_.clear();
  if (options_.verbosity == Verbosity::quiet) return;
  const std::string what = harmless(machine);
  if (name.empty()) {
    print_line(palette_.paint(Paint::dim, what));
  } else {
    print_line("stage " + palette_.paint(Paint::bold, harmless(name)) + palette_.paint(Paint::dim, ": " + what));
  }
}

void Console::print_heading() {
  if (!heading_pending_) return;
  heading_pending_ = false;
  if (options_.verbosity == Verbosity::quiet) return;
  const std::string text = harmless(document_) + "  " + palette_.paint(Paint::bold, harmless(phase_));
  print_line(options_.terminal ? "\n" + text : text);
}

void Console::consume(const Event& event) {
  // After a reboot child documents open again; of another iteration they are told anew.
  if (std::holds_alternative<IterationFinished>(event.body) || std::holds_alternative<StepFinished>(event.body))
    child_headings_.resize(event.depth);
  const bool is_common = std::holds_alternative<Output>(event.body) || std::holds_alternative<LogLine>(event.body);
  if (event.depth > 0 && !is_common) {
    child_event(event);
  } else if (std::holds_alternative<RunStarted>(event.body)) {
    activity_finished({});  // what was waited for is there
  } else if (const auto* started = std::get_if<DocumentStarted>(&event.body)) {
    heading_pending_ = heading_pending_ || document_ != started->path;
    document_ = started->path;
  } else if (const auto* phase = std::get_if<PhaseStarted>(&event.body)) {
    // After a reboot document and phase open again.
    heading_pending_ = heading_pending_ || phase_ != phase->name;
    phase_ = phase->name;
  } else if (std::holds_alternative<StepStarted>(event.body)) {
    step_started();
  } else if (const auto* attempt = std::get_if<AttemptStarted>(&event.body)) {
    transfer_.clear();
    if (attempt->attempt > 1 && shows_output_lines()) {
      lines_.flush([this](std::string_view line) { output_line(line); });
      output_line(fmt::format("-- attempt {}", attempt->attempt));
    }
  } else if (const auto* iteration = std::get_if<IterationStarted>(&event.body)) {
    transfer_.clear();
    if (shows_output_lines()) {
      lines_.flush([this](std::string_view line) { output_line(line); });
      output_line(
          fmt::format("-- iteration {} of {}: {}", iteration->iteration + 1, iteration->count, iteration->value));
    }
  } else if (const auto* bytes = std::get_if<Output>(&event.body)) {
    output(*bytes);
  } else if (const auto* progress = std::get_if<TransferProgress>(&event.body)) {
    transfer_progress(*progress);
  } else if (const auto* log = std::get_if<LogLine>(&event.body)) {
    if (log->level == LogLevel::warning) {
      warning(log->text);
    } else if (log->level == LogLevel::console && options_.verbosity == Verbosity::verbose) {
      print_line(palette_.paint(Paint::dim, cut_to_width("    " + harmless(log->text), width(), options_.ascii)));
    }
  } else if (std::holds_alternative<StepFinished>(event.body)) {
    step_finished();
  }
}

// The steps of a child document are shown above the line of the step that executes it, indented.
void Console::child_event(const Event& event) {
  if (history_ == nullptr || history_->children().empty()) return;
  const ChildStepReport& child = history_->children().back();
  if (std::holds_alternative<StepStarted>(event.body)) {
    std::string heading = std::string(child_indentation * child.depth, ' ') + harmless(child.document) + "  " +
                          palette_.paint(Paint::bold, harmless(child.phase));
    child_headings_.resize(child.depth);
    if (options_.verbosity == Verbosity::quiet || child_headings_.back() == heading) return;
    print_line(heading);
    child_headings_.back() = std::move(heading);
  } else if (std::holds_alternative<StepFinished>(event.body)) {
    flush_output();
    if (options_.verbosity == Verbosity::quiet) return;
    print_line(
        finished_line({child.name, child.action, child.status, child.duration_ms, child_indentation * child.depth},
                      child.attempts, child.failure_message));
  }
}

void Console::flush_output() {
  if (shows_output_lines() && !clipped_) {
    lines_.flush([this](std::string_view line) { output_line(line); });
  } else {
    lines_.flush([](std::string_view) {});
  }
}

std::string Console::output_prefix() const {
  if (history_ == nullptr) return "  | ";
  const StepReport* step = history_->running();
  if (step == nullptr && !history_->steps().empty()) step = &history_->steps().back();
  if (step == nullptr) return "  | ";
  const auto& children = history_->children();
  if (children.empty() || children.back().name.empty()) return fmt::format("  {} | ", harmless(step->name));
  return fmt::format("  {}{} | ", std::string(child_indentation * children.size(), ' '),
                     harmless(children.back().name));
}

bool Console::shows_output_lines() const {
  if (options_.verbosity == Verbosity::quiet) return false;
  return !options_.terminal || options_.verbosity == Verbosity::verbose;
}

void Console::step_started() {
  print_heading();
  step_started_ms_ = clock_();
  step_output_bytes_ = 0;
  clipped_ = false;
  frame_ = 0;
  transfer_shown_ms_ = step_started_ms_;
}

void Console::output(const Output& output) {
  if (!shows_output_lines() || clipped_) return;
  step_output_bytes_ += output.bytes.size();
  std::string text;
  const std::string prefix = output_prefix();
  const auto collect = [&](std::string_view line) {
    const std::string cut = cut_to_width(prefix + harmless(line), width(), options_.ascii);
    text += options_.color ? palette_.paint(Paint::dim, cut) : cut;
    text += '\n';
  };
  lines_.append(output.stream, output.bytes, collect);
  if (options_.verbosity != Verbosity::verbose && step_output_bytes_ > plain_output_limit) {
    clipped_ = true;
    collect("(more than 1 MiB of output; all of it is in the logs, -v shows it here)");
  }
  if (!text.empty()) area_.print(text);
}

void Console::output_line(std::string_view line) {
  print_line(palette_.paint(Paint::dim, cut_to_width(output_prefix() + harmless(line), width(), options_.ascii)));
}

void Console::transfer_progress(const TransferProgress& progress) {
  transfer_ = harmless(progress_text(progress));
  // A terminal has the live line; -v has what the agent logs of it.
  if (options_.terminal || options_.verbosity != Verbosity::normal) return;
  if (clock_() - transfer_shown_ms_ < plain_progress_interval_ms) return;
  transfer_shown_ms_ = clock_();
  output_line(transfer_);
}

void Console::step_finished() {
  transfer_.clear();
  if (history_ == nullptr || history_->steps().empty()) return;
  flush_output();
  const StepReport& step = history_->steps().back();
  if (options_.verbosity == Verbosity::quiet) return;
  print_heading();
  print_line(
      finished_line({step.name, step.action, step.status, step.duration_ms}, step.attempts, step.failure_message));
}

std::string Console::finished_line(const ShownStep& step, std::uint32_t attempts,
                                   std::string_view failure_message) const {
  const StatusSign sign = status_sign(step.status);
  std::string shown;
  if (options_.terminal) {
    shown = palette_.paint(sign.paint, options_.ascii ? sign.ascii_symbol : sign.symbol);
  } else {
    shown = pad_to_width(sign.word, 7);
  }
  std::string note;
  if (attempts > 1) note = fmt::format("{} attempts", attempts);
  if (step.status != Status::success && !failure_message.empty()) {
    if (!note.empty()) note += ", ";
    note += harmless(failure_message.substr(0, failure_message.find('\n')));
  }
  return step_line(step, shown, note, sign.paint);
}

std::string Console::step_line(const ShownStep& step, std::string_view sign, std::string_view note,
                               Paint note_paint) const {
  const std::size_t sign_width = options_.terminal ? 1 : 7;
  const std::size_t fixed = step.indentation + 2 + sign_width + 1 + 2 + 2 + duration_width;
  std::size_t name_width = options_.name_width;
  std::size_t action_width = options_.action_width;
  if (step.indentation > 0) {  // the widths are those of the documents that were given
    name_width = std::max(name_width, display_width(step.name));
    action_width = std::max(action_width, display_width(step.action));
  }
  const std::size_t room = width() > fixed ? width() - fixed : 0;
  if (name_width + action_width > room) {  // a narrow terminal: the name matters most
    action_width = std::min(action_width, room / 3);
    name_width = room - action_width;
  }
  const std::string name = pad_to_width(cut_to_width(harmless(step.name), name_width, options_.ascii), name_width);
  const std::string action =
      pad_to_width(cut_to_width(harmless(step.action), action_width, options_.ascii), action_width);
  const std::string duration = step.status == Status::skipped
                                   ? std::string(duration_width, ' ')
                                   : right_aligned(format_duration(step.duration_ms), duration_width);
  std::string line = fmt::format("{}  {} {}  {}  {}", std::string(step.indentation, ' '), sign, name,
                                 palette_.paint(Paint::dim, action), duration);
  const std::size_t used = fixed + name_width + action_width;
  if (!note.empty() && used + 6 < width())
    line += "  " + palette_.paint(note_paint, cut_to_width(note, width() - used - 2, options_.ascii));
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::vector<std::string> Console::live_lines() const {
  std::vector<std::string> lines;
  const std::string spinner = palette_.paint(Paint::cyan, spinner_frame(frame_, options_.ascii));
  const std::string bar = options_.ascii ? "    | " : "    │ ";
  const auto add_output = [&](std::string_view line) {
    lines.push_back(palette_.paint(Paint::dim, cut_to_width(bar + harmless(line), width(), options_.ascii)));
  };
  if (!activity_.empty()) {
    const std::string elapsed = format_duration((clock_() - activity_started_ms_) / 1000 * 1000 + 1000);
    const std::size_t room = width() > elapsed.size() + 4 ? width() - elapsed.size() - 4 : 1;
    lines.push_back(spinner + " " + cut_to_width(activity_, room, options_.ascii) + "  " + elapsed);
    for (const std::string& detail : activity_details_)
      add_output(detail);
    return lines;
  }
  const StepReport* step = history_ == nullptr ? nullptr : history_->running();
  if (step == nullptr) return lines;
  std::string note;
  if (step->attempts > 1) note = fmt::format("attempt {} of {}", step->attempts, step->max_attempts);
  if (step->iteration) {
    note += fmt::format("{}{} of {}: {}", note.empty() ? "" : ", ", *step->iteration + 1, step->iterations,
                        harmless(step->iteration_value));
  }
  const std::int64_t elapsed_ms = clock_() - step_started_ms_;
  lines.push_back(step_line({step->name, step->action, {}, elapsed_ms}, spinner, note, Paint::yellow));
  for (const ChildStepReport& child : history_->children()) {
    if (child.name.empty() || child.status) continue;
    add_output(fmt::format("{}: {} ({})", child.document, child.name, child.action));
  }
  if (!transfer_.empty()) add_output(transfer_);
  if (options_.verbosity == Verbosity::verbose) return lines;
  for (const std::string& line : history_->output().last(live_output_lines))
    add_output(line);
  return lines;
}

void Console::tick() {
  if (!options_.terminal || options_.verbosity == Verbosity::quiet) return;
  ++frame_;
  if (options_.live) area_.draw(live_lines());
}

std::string Console::status_line() const {
  auto lines = live_lines();
  return lines.empty() ? std::string() : std::move(lines.front());
}

void Console::activity(std::string_view what, bool usually_short) {
  activity_ = harmless(what);
  activity_details_.clear();
  activity_started_ms_ = clock_();
  if (!options_.terminal && !usually_short && options_.verbosity != Verbosity::quiet) print_line(activity_ + " ...");
}

void Console::activity_detail(std::string_view line) {
  if (options_.verbosity == Verbosity::verbose) {
    print_line(palette_.paint(Paint::dim, cut_to_width("    " + harmless(line), width(), options_.ascii)));
    return;
  }
  activity_details_.emplace_back(line.substr(0, 2000));
  if (activity_details_.size() > live_output_lines) activity_details_.pop_front();
}

void Console::activity_finished(std::string_view what) {
  activity_.clear();
  activity_details_.clear();
  if (what.empty()) {
    area_.erase();
  } else {
    note(what);
  }
}

void Console::note(std::string_view text) {
  if (options_.verbosity != Verbosity::quiet) print_line(palette_.paint(Paint::dim, harmless(text)));
}

void Console::warning(std::string_view text) {
  print_line(palette_.paint(Paint::yellow, "warning:") + " " + harmless(text));
}

void Console::raw(std::string_view text) {
  area_.print(text);
}

void Console::finish(const RunSummary& summary) {
  activity_.clear();
  area_.erase();
  if (history_ == nullptr) return;
  area_.print(failure_report(*history_, summary, options_, width()) + summary_report(*history_, summary, options_));
}

}  // namespace ibtest
