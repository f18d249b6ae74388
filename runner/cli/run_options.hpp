#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "actions/action.hpp"
#include "agent/document/document.hpp"
#include "runner/cli/parameters.hpp"
#include "runner/exchange/web_map.hpp"
#include "runner/report/console_options.hpp"
#include "runner/s3/s3_settings.hpp"
#include "runner/ssh/ssh_settings.hpp"

namespace ibtest {

enum class StageMode { by_target, image, single };  ///< single: --stages inline
enum class KeepMode { never, on_failure, always };
enum class OutputFormat { text, json, jsonl, awstoe };  ///< awstoe: the summary of `awstoe run`

/// By whose rules a run goes where `ibtest run` and the closed program differ: undeclared parameters are refused or
/// ignored (D-1), a filter that selects no phase is refused or succeeds (D-21), the name of the log folder (LOG-1).
enum class RunRules { ibtest, awstoe };

/// Where documents come from and how they are read.
struct DocumentOptions {
  std::vector<std::filesystem::path> component_folders;     ///< --component-path: where components are found by ARN
  std::string document_bucket_owner;                        ///< account that buckets of S3 documents must belong to
  std::size_t most_document_bytes = default_document_size;  ///< of one document (DOC-11)
  S3Options s3;
  bool no_color = false;
};

/// A document of a run, as the user names it.
struct RunDocument {
  std::string location;             ///< a path, an S3 URI or the ARN of a component
  ParameterValues parameters = {};  ///< for this document alone; they win over those for all (CFG-3)
};

/// Where the log folder is to be stored when the run has ended (LOG-6).
struct LogUpload {
  std::string bucket;
  std::string key_prefix;  ///< may be empty
  std::string owner;       ///< account that the bucket must belong to; empty: any
};

/// `ibtest run` as asked for on the command line.
struct RunOptions : DocumentOptions {
  std::vector<RunDocument> documents;
  std::vector<std::string> targets;                ///< empty: the default one
  std::optional<std::vector<std::string>> phases;  ///< filter; nothing runs all
  ParameterValues parameters;                      ///< for all documents
  std::string parameters_file;
  std::vector<std::string> secrets;  ///< --secret: parameters whose values are masked wherever they would be seen
  StageMode stages = StageMode::by_target;
  KeepMode keep = KeepMode::never;
  std::string log_directory;  ///< empty: .ibtest/runs
  OutputFormat format = OutputFormat::text;
  std::string junit_file;
  Verbosity verbosity = Verbosity::normal;
  std::string values_file;                ///< for dynamic references
  std::uint32_t reboot_limit = 15;        ///< of a stage (EMU-REBOOT-4)
  std::int64_t longest_reboot_delay = 5;  ///< seconds (EMU-REBOOT-6)
  bool empty_tmp_on_reboot = false;       ///< EMU-REBOOT-3
  bool sudo_stand_in = true;              ///< where the target has no sudo
  bool skip_updates = false;              ///< EMU-UPDATEOS-5
  bool without_network = false;           ///< --network none
  bool allow_local = false;               ///< --i-know-this-changes-my-machine
  RunRules rules = RunRules::ibtest;
  std::string execution_id;                  ///< empty: a fresh one for every target
  std::vector<std::string> blocked_actions;  ///< whose use is refused before anything runs (CLI-7)
  std::optional<LogUpload> log_upload;
  bool strict = false;                 ///< EMU-19
  bool pass_aws_environment = false;   ///< --pass-aws-env (EMU-11)
  bool allow_reboot = false;           ///< of this machine itself, by its user (EMU-REBOOT-8)
  std::vector<std::string> arguments;  ///< all of this as it was typed
  WebMapOptions web;
  std::uint32_t jobs = 1;   ///< runs at once
  bool fail_fast = false;   ///< nothing further after the first failure
  bool separately = false;  ///< each document in a machine of its own
  SshOptions ssh;
  std::string session = {};      ///< of an agent that goes on already; not by a flag
  std::string reboot_from = {};  ///< TargetContext::reboot_from; not by a flag
};

/// `ibtest attach`.
struct AttachOptions {
  std::string run;  ///< execution id, name or path of the run's folder
};

/// `ibtest resume`.
struct ResumeOptions {
  std::string run;  ///< execution id, name or path of the run's folder
};

/// `ibtest clean`.
struct CleanOptions {
  bool everything = false;
};

}  // namespace ibtest
