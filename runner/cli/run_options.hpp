#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/document/document.hpp"
#include "runner/report/console_options.hpp"
#include "runner/s3/s3_settings.hpp"

namespace ibtest {

enum class StageMode { by_target, image, single };  ///< single: --stages inline
enum class KeepMode { never, on_failure, always };
enum class OutputFormat { text, json, jsonl };

/// `ibtest run` as asked for on the command line.
struct RunOptions {
  std::vector<std::string> files;
  std::vector<std::string> targets;                ///< empty: the default one
  std::optional<std::vector<std::string>> phases;  ///< filter; nothing runs all
  std::vector<std::string> parameters;             ///< "name=value", each as given (D-16)
  std::string parameters_file;
  StageMode stages = StageMode::by_target;
  KeepMode keep = KeepMode::never;
  std::string log_directory;  ///< empty: .ibtest/runs
  OutputFormat format = OutputFormat::text;
  std::string junit_file;
  bool no_color = false;
  Verbosity verbosity = Verbosity::normal;
  std::size_t most_document_bytes = default_document_size;  ///< of one document (DOC-11)
  std::string values_file;                                  ///< for dynamic references
  std::uint32_t reboot_limit = 15;                          ///< of a stage (EMU-REBOOT-4)
  std::int64_t longest_reboot_delay = 5;                    ///< seconds (EMU-REBOOT-6)
  bool empty_tmp_on_reboot = false;                         ///< EMU-REBOOT-3
  bool sudo_stand_in = true;                                ///< where the target has no sudo
  bool skip_updates = false;                                ///< EMU-UPDATEOS-5
  bool allow_local = false;                                 ///< --i-know-this-changes-my-machine
  S3Options s3;
};

/// `ibtest clean`.
struct CleanOptions {
  bool everything = false;
};

}  // namespace ibtest
