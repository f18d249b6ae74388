#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runner/cli/output_file.hpp"

namespace ibtest {

/// Where runs leave their logs: the folder that --log-dir names, or .ibtest/runs below the current one.
struct LogRoot {
  std::filesystem::path path;
  bool own = true;      ///< .ibtest/runs, which gets a .gitignore
  bool awstoe = false;  ///< folders are named as the closed program does (LOG-1), and no `latest` is kept

  [[nodiscard]] static LogRoot from_option(const std::string& log_directory);
  /// The folder that --log-directory names, or the current one (LOG-3).
  [[nodiscard]] static LogRoot of_awstoe(const std::string& log_directory);
  /// Name of the folder of one run.
  [[nodiscard]] std::string folder_name(std::int64_t start_time_ns, const std::string& execution_id) const;
  /// Throws Fault (not_runnable) when nothing could be created there; creates nothing.
  void check_writable() const;
};

/// Whether a file could be created in this existing folder; nothing is left behind. Returns errno, 0 for yes.
[[nodiscard]] int folder_write_error(const std::filesystem::path& folder);

/// The folder of one run, in a LogRoot: `<time>_<execution id>`, or `TOE_<time>_UTC-0_<execution id>`, with
/// events.jsonl, and the log folder of the agent, in a sub-folder per stage where there are several. Removed again when
/// nothing has come into it.
class RunFolder {
 public:
  /// Creates it and points `latest` at it. Throws Fault (not_runnable).
  RunFolder(const LogRoot& root, const std::string& execution_id, std::int64_t start_time_ns);
  /// That of a run that goes on; further events are appended.
  RunFolder(const LogRoot& root, const std::filesystem::path& existing);
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;
  ~RunFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The path as people should read it: relative where it lies below the current folder.
  [[nodiscard]] std::string shown_path() const;
  /// What a user types to follow a run whose agent lives on.
  [[nodiscard]] std::string attach_command() const;
  /// One line of events.jsonl.
  void write_event(std::string_view line);
  /// Why events.jsonl is not complete; empty when it is.
  [[nodiscard]] std::string events_error() const;
  /// True once events were written.
  [[nodiscard]] bool used() const { return used_; }
  /// Hands out the lines of events.jsonl that are there, and removes the beginning of one whose writer was killed.
  void read_events(const std::function<void(const std::string& line)>& take);
  /// Where the log folder of a stage is copied to; it does not exist yet.
  [[nodiscard]] std::filesystem::path incoming() const { return path_ / ".incoming"; }
  /// Moves what was copied there to its place: the sub-folder of the stage, or the run's folder itself for "". Returns
  /// that folder.
  std::filesystem::path adopt_incoming(const std::string& stage);

 private:
  void point_latest() const;

  LogRoot root_;
  std::filesystem::path path_;
  std::filesystem::path first_created_;  ///< the outermost folder that did not exist before
  std::filesystem::path created_ignore_;
  std::unique_ptr<LineOutput> events_;
  bool used_ = false;
};

}  // namespace ibtest
