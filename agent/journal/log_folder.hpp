#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "agent/journal/run_record.hpp"
#include "agent/protocol/event_sink.hpp"

namespace ibtest {

/// The log folder of one run in the target (section 6.3 of the language specification): console.log, application.log,
/// the documents, detailedoutput.json, chaining.json. Consumes the event stream; bounded in memory whatever a step
/// prints (standard error is spooled to a file until its command has ended, LOG-7).
class LogFolder : public EventSink {
 public:
  /// Creates `<parent>/TOE_<time>_UTC-0_<execution id>` with missing parents (LOG-1, LOG-3). Throws Fault.
  static std::unique_ptr<LogFolder> create(const std::filesystem::path& parent, std::int64_t start_time_ns,
                                           const std::string& execution_id);
  /// Opens the folder of a run that goes on after a reboot (RESUME-8).
  static std::unique_ptr<LogFolder> reopen(const std::filesystem::path& folder);
  ~LogFolder() override;

  [[nodiscard]] const std::filesystem::path& path() const;
  /// Writes D<index>__<basename> (LOG-5).
  void add_document(std::size_t index, const std::string& path, std::string_view text);
  void consume(const Event& event) override;
  /// Replaces detailedoutput.json and chaining.json, each by a temporary file and a rename.
  void write_results(const RunRecord& record);
  /// The first thing that could not be written ("writing console.log: No space left on device"); empty if all was.
  [[nodiscard]] const std::string& write_error() const;

 private:
  struct State;
  explicit LogFolder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ibtest
