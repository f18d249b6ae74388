#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/protocol/event_sink.hpp"
#include "runner/report/console_options.hpp"
#include "runner/report/line_assembler.hpp"
#include "runner/report/live_area.hpp"
#include "runner/report/palette.hpp"
#include "runner/report/run_history.hpp"
#include "runner/report/run_summary.hpp"

namespace ibtest {

/// What a person sees of a run, on standard error. In a terminal one line per step, with a spinner and the last lines
/// of output below the running one; elsewhere plain lines. Draws the moving part only when tick() is called, so that
/// a flood of output costs nothing.
class Console : public EventSink {
 public:
  using Write = std::function<void(std::string_view bytes)>;
  using ClockMs = std::function<std::int64_t()>;  ///< milliseconds of a clock that only goes forward

  Console(ConsoleOptions options, Write write, ClockMs clock);

  /// A run on a target begins. `history` has consumed every event before this console does.
  void begin_target(const RunHistory& history, std::string_view target, std::string_view reason);
  void begin_stage(std::string_view name, std::string_view machine);
  void consume(const Event& event) override;

  /// Something that takes its time outside a step: building an image, taking a snapshot. Plain lines leave out what is
  /// usually over at once.
  void activity(std::string_view what, bool usually_short = false);
  void activity_detail(std::string_view line);
  void activity_finished(std::string_view what);

  /// A line that stays; not shown with -q.
  void note(std::string_view text);
  /// A line that stays, also with -q.
  void warning(std::string_view text);
  /// Text with line breaks of its own, as it is, also with -q.
  void raw(std::string_view text);

  /// Draws the moving part; to be called some ten times a second.
  void tick();
  /// The first line of the moving part; empty while there is none.
  [[nodiscard]] std::string status_line() const;
  /// Failed steps, the summary and the place of the logs.
  void finish(const RunSummary& summary);

 private:
  void print_line(std::string_view text);
  void print_heading();
  void child_event(const Event& event);
  void step_started();
  void step_finished();
  /// The step whose output comes: of the innermost document.
  [[nodiscard]] std::string output_prefix() const;
  void output(const Output& output);
  void output_line(std::string_view line);
  void flush_output();
  void transfer_progress(const TransferProgress& progress);
  [[nodiscard]] bool shows_output_lines() const;
  /// What a line says of a step.
  struct ShownStep {
    std::string_view name;
    std::string_view action;
    std::optional<Status> status;
    std::int64_t duration_ms = 0;
    std::size_t indentation = 0;
  };
  [[nodiscard]] std::string step_line(const ShownStep& step, std::string_view sign, std::string_view note,
                                      Paint note_paint) const;
  [[nodiscard]] std::string finished_line(const ShownStep& step, std::uint32_t attempts,
                                          std::string_view failure_message) const;
  [[nodiscard]] std::vector<std::string> live_lines() const;
  [[nodiscard]] std::size_t width() const;

  ConsoleOptions options_;
  Write write_;
  ClockMs clock_;
  Palette palette_;
  LiveArea area_;
  const RunHistory* history_ = nullptr;

  std::string document_;
  std::string phase_;
  bool heading_pending_ = false;
  std::vector<std::string> child_headings_;  ///< the last one of each level
  std::int64_t step_started_ms_ = 0;
  std::size_t frame_ = 0;
  LineAssembler lines_;
  std::size_t step_output_bytes_ = 0;
  bool clipped_ = false;
  std::string transfer_;  ///< how far that of the running step has come; empty for none
  std::int64_t transfer_shown_ms_ = 0;

  std::string activity_;
  std::int64_t activity_started_ms_ = 0;
  std::deque<std::string> activity_details_;
};

}  // namespace ibtest
