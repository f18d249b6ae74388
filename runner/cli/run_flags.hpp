#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "runner/cli/run_options.hpp"

namespace ibtest {

/// Flags that `ibtest run` and `ibtest awstoe run` have in common, as they were typed.
struct RunFlags {
  std::vector<std::string> targets;
  std::string keep;
  std::string max_reboots;
  std::string max_reboot_delay;
  std::string tmp_on_reboot;
  std::string update_os;
  std::string network;
  bool no_sudo_shim = false;
  bool strict = false;
  bool pass_aws_environment = false;
  std::vector<std::string> web_map;
  bool web_offline = false;
  bool allow_local = false;
  std::string ssh_configuration;
  std::vector<std::string> ssh_keys;
  bool accept_new_host_key = false;
  std::string login_password;
  std::string become_password;
  std::string reconnect_timeout;
  std::string reboot_timeout;
  std::string values_file;
  std::vector<std::string> secrets;
  std::string junit_file;
};

/// Flags about where documents come from and how they are read, of every command that reads some.
struct DocumentFlags {
  std::vector<std::string> component_folders;
  std::string document_size;
  bool no_color = false;
  S3Options s3;
  std::vector<std::string> s3_map;
  std::vector<std::string> s3_owners;
};

/// `target_names` are those of the flag --target: its short form is not free everywhere.
void declare_run_flags(CLI::App& app, RunFlags& flags, const std::string& target_names);
void declare_document_flags(CLI::App& app, DocumentFlags& flags);

/// What the typed words mean. Throw Fault.
void read_run_flags(const CLI::App& app, const RunFlags& flags, RunOptions& options);
void read_document_flags(const CLI::App& app, const DocumentFlags& flags, DocumentOptions& options);

/// Refuses an empty text for a flag that names a file or folder. Throws Fault.
void need_path(const CLI::App& app, const std::string& flag, std::string_view command);

}  // namespace ibtest
