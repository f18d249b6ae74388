#include "runner/cli/parallel_run.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <mutex>
#include <numeric>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include "runner/cli/console_timer.hpp"
#include "runner/cli/error_message.hpp"
#include "runner/cli/run_session.hpp"
#include "runner/report/live_area.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

namespace {

using namespace std::chrono_literals;

constexpr auto frame_time = 100ms;
/// Columns that a status has at least.
constexpr std::size_t narrowest = 30;

/// A combination that is being run, on a thread of its own.
class Worker {
 public:
  /// `label_width`: columns of its line that it does not have for itself.
  Worker(const ParallelContext& context, const Combination& combination, std::size_t label_width, TargetReport& report,
         std::function<void()> on_end)
      : context_(context),
        combination_(combination),
        label_width_(label_width),
        report_(report),
        on_end_(std::move(on_end)) {
    thread_ = std::thread([this] { work(); });
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { thread_.join(); }

  /// Ends the run gracefully.
  void interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    if (loop_ != nullptr) loop_->interrupt();
  }
  /// What it is doing.
  [[nodiscard]] std::string status_line() const {
    const std::lock_guard lock(mutex_);
    return status_line_;
  }
  [[nodiscard]] const Combination& combination() const { return combination_; }
  [[nodiscard]] bool ended() const { return ended_; }
  /// After the end, as the text.
  [[nodiscard]] TargetReport& report() { return report_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void work() {
    try {
      ProcessLoop loop;
      const LoopRegistration registered(*this, loop);
      run(loop);
    } catch (const std::exception& exception) {
      fail(exception.what(), ExitStatus::target_failed);
    }
    ended_ = true;
    on_end_();
  }

  /// Lets interrupt() reach the loop while it exists.
  class LoopRegistration {
   public:
    LoopRegistration(Worker& worker, ProcessLoop& loop) : worker_(worker) {
      const std::lock_guard lock(worker_.mutex_);
      worker_.loop_ = &loop;
      if (worker_.interrupted_) loop.interrupt();
    }
    LoopRegistration(const LoopRegistration&) = delete;
    LoopRegistration& operator=(const LoopRegistration&) = delete;
    ~LoopRegistration() {
      const std::lock_guard lock(worker_.mutex_);
      worker_.loop_ = nullptr;
    }

   private:
    Worker& worker_;
  };

  void run(ProcessLoop& loop) {
    try {
      // What there is to find was found and printed before.
      const RunPlan plan =
          make_run_plan(combination_.options, combination_.loaded, loop, {[](std::string_view) {}, false, true});
      ConsoleOptions options = context_.console_options;
      options.live = false;
      if (options.terminal) {
        options.terminal_width = [whole = options.terminal_width, label = label_width_ + 1] {
          return std::max(whole(), label + narrowest) - label;
        };
      }
      options.name_width = plan.name_width;
      options.action_width = plan.action_width;
      Console console(
          options, [this](std::string_view text) { text_ += text; }, steady_milliseconds);
      boost::asio::steady_timer timer(loop.context());
      watch(timer, console);
      const SessionContext session{loop, plan, combination_.options, console, context_.answers, nullptr};
      run_on_target(session, plan.targets.front(), report_);
    } catch (const Fault& fault) {
      text_ += error_message(fault, context_.console_options.color);
      fail(fault.message(), fault.status());
    } catch (const Interrupted&) {
      fail("interrupted", ExitStatus::interrupted);
    }
  }

  void watch(boost::asio::steady_timer& timer, Console& console) {
    timer.expires_after(frame_time);
    timer.async_wait([this, &timer, &console](const boost::system::error_code& error) {
      if (error) return;
      console.tick();
      {
        const std::lock_guard lock(mutex_);
        status_line_ = console.status_line();
      }
      watch(timer, console);
    });
  }

  void fail(const std::string& message, ExitStatus status) {
    RunSummary& summary = report_.summary;
    summary.target = combination_.options.targets.front();
    summary.faulted = status != ExitStatus::interrupted;
    summary.exit_status = status;
    summary.failure_message = message;
  }

  const ParallelContext& context_;
  const Combination& combination_;
  const std::size_t label_width_;
  TargetReport& report_;
  std::function<void()> on_end_;
  std::string text_;
  mutable std::mutex mutex_;  ///< guards what follows
  ProcessLoop* loop_ = nullptr;
  bool interrupted_ = false;
  std::string status_line_;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

class ParallelRun {
 public:
  ParallelRun(const ParallelContext& context, const std::vector<Combination>& combinations,
              std::deque<TargetReport>& reports)
      : context_(context),
        combinations_(combinations),
        area_(context.print),
        timer_(context.loop.context()),
        live_(context.console_options.terminal && context.console_options.verbosity != Verbosity::quiet) {
    reports.resize(combinations.size());
    waiting_.resize(combinations.size());
    std::iota(waiting_.begin(), waiting_.end(), std::size_t{0});
    for (TargetReport& report : reports)
      reports_.push_back(&report);
    for (const Combination& combination : combinations)
      label_width_ = std::max(label_width_, display_width(combination.label));
  }

  void run() {
    if (live_) draw_on();
    while (true) {
      const bool stopping = stopped_ || context_.loop.interrupts() > 0;
      while (!stopping && workers_.size() < context_.at_once && begin_next()) {
      }
      if (workers_.empty()) break;
      context_.loop.wait_until(std::chrono::steady_clock::now() + 1h);
      take_ended();
    }
    timer_.cancel();
    area_.erase();
  }

 private:
  /// False when there is none that could begin now.
  bool begin_next() {
    const bool exclusive_runs =
        std::ranges::any_of(workers_, [](const auto& worker) { return worker->combination().exclusive; });
    const auto next = std::ranges::find_if(
        waiting_, [&](std::size_t index) { return !exclusive_runs || !combinations_[index].exclusive; });
    if (next == waiting_.end()) return false;
    workers_.push_back(std::make_unique<Worker>(context_, combinations_[*next], label_width_, *reports_[*next], [this] {
      // Only to end the loop's wait; ended() says which.
      boost::asio::post(context_.loop.context(), [] {});
    }));
    waiting_.erase(next);
    return true;
  }

  void take_ended() {
    for (auto worker = workers_.begin(); worker != workers_.end();) {
      if (!(*worker)->ended()) {
        ++worker;
        continue;
      }
      RunSummary& summary = (*worker)->report().summary;
      summary.stopped_by_another =
          stopped_ && context_.loop.interrupts() == 0 && summary.exit_status == ExitStatus::interrupted;
      area_.print(std::exchange(before_text_, "\n") + (*worker)->text());
      if (context_.standard_output != nullptr && !summary.log_directory.empty()) print_events(summary.log_directory);
      if (context_.fail_fast && summary.exit_status != ExitStatus::success && !stopped_) stop_all();
      worker = workers_.erase(worker);
    }
  }

  void stop_all() {
    stopped_ = true;
    for (const auto& worker : workers_)
      worker->interrupt();
  }

  void print_events(const std::string& folder) {
    std::ifstream file(folder + "/events.jsonl");
    for (std::string line; std::getline(file, line);)
      context_.standard_output->write_line(line);
  }

  void draw_on() {
    std::vector<std::string> lines;
    for (const auto& worker : workers_)
      lines.push_back(pad_to_width(worker->combination().label, label_width_) + " " + worker->status_line());
    area_.draw(lines);
    timer_.expires_after(frame_time);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) draw_on();
    });
  }

  const ParallelContext& context_;
  const std::vector<Combination>& combinations_;
  LiveArea area_;
  boost::asio::steady_timer timer_;
  const bool live_;
  std::vector<TargetReport*> reports_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::size_t> waiting_;  ///< combinations that have not begun, by number
  std::size_t label_width_ = 0;
  std::string before_text_;  ///< between the texts of two runs
  bool stopped_ = false;
};

}  // namespace

std::vector<Combination> make_combinations(const RunOptions& options, const RunPlan& plan,
                                           const LoadedDocuments& loaded) {
  std::vector<Combination> combinations;
  for (const PlannedTarget& planned : plan.targets) {
    RunOptions one = options;
    const bool exclusive = planned.target->capabilities().exclusive;
    one.targets = {planned.target->name()};
    one.junit_file.clear();
    if (!options.separately) {
      combinations.push_back({one, loaded, planned.target->name(), exclusive});
      continue;
    }
    for (std::size_t i = 0; i < loaded.sources.size(); ++i) {
      one.documents = {options.documents.at(i)};
      // As the plan has merged them; some are those of other documents.
      one.parameters = plan.documents.at(i).parameters;
      one.parameters_file.clear();
      one.secrets.clear();
      for (const std::string& name : options.secrets) {
        if (loaded.results[i].document && loaded.results[i].document->find_parameter(name) != nullptr)
          one.secrets.push_back(name);
      }
      combinations.push_back({one,
                              {{loaded.sources[i]}, {loaded.locations[i]}, {loaded.results[i]}},
                              planned.target->name() + "  " + options.documents[i].location,
                              exclusive});
    }
  }
  return combinations;
}

void run_in_parallel(const ParallelContext& context, const std::vector<Combination>& combinations,
                     std::deque<TargetReport>& reports) {
  ParallelRun(context, combinations, reports).run();
}

}  // namespace ibtest
