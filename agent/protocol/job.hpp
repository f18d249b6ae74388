#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

namespace ibtest {

struct JobDocument {
  std::string path;  ///< as the user gave it; messages and logs show it
  std::string text;
  std::map<std::string, std::string> parameters;  ///< values for parameters that this document declares
  /// Where it really lies: absolute path on the developer's machine, S3 URI, ARN, or `target:` and an absolute path.
  /// Two documents are the same when these are equal (EXECUTEDOCUMENT-3). Empty: unknown.
  std::string location = {};
};

/// A document that a step executes, and the phases of it; none named runs all (EXECUTEDOCUMENT-6).
struct ChildRun {
  JobDocument document;
  std::vector<std::string> phases;
};

void to_json(nlohmann::json& json, const ChildRun& child);
/// Throws nlohmann::json::exception for anything that to_json() does not write.
void from_json(const nlohmann::json& json, ChildRun& child);

/// A value that the user gave in the place of one that only the cloud knows.
struct GivenValue {
  std::string text;
  bool secure = false;  ///< as a SecureString: kept out of all logs (VAR-19)
};

/// Everything the agent needs to execute one stage. The first line the runner sends.
struct Job {
  std::string execution_id;
  std::vector<JobDocument> documents;
  std::vector<std::string> phases;  ///< filter (DOC-8); empty runs all
  std::string log_directory = "/var/lib/amazon/toe";
  std::string working_directory = "/tmp";          ///< GEN-12
  std::map<std::string, std::string> environment;  ///< exactly what steps see, nothing is inherited (GOTCHA-5)
  /// Where the target has no sudo a pass-through one stands in for it while the job runs (section 8.3 of the module
  /// specification).
  bool sudo_stand_in = false;
  bool strict = false;  ///< what the service may refuse fails the step (EMU-19)
  /// WebDownload asks the runner for each URL before the network is used (section 8.3 of the module specification).
  bool runner_serves_urls = false;
  std::vector<std::string> blocked_actions;  ///< that a child document must not use either (GEN-15)
  bool skip_updates = false;                 ///< UpdateOS steps succeed without doing anything (EMU-UPDATEOS-5)
  /// What the user gave for dynamic references: by source ("aws:ssm", "aws:imds", "context"), then by name.
  std::map<std::string, std::map<std::string, GivenValue>> values;
  std::vector<std::string> secrets;            ///< values of `environment` and parameters that no log may show (EMU-11)
  bool can_reboot = false;                     ///< the runner restarts the machine when a step asks for it (RESUME-10)
  std::uint32_t reboot_limit = 15;             ///< of one run (EMU-REBOOT-4)
  std::int64_t longest_reboot_delay = 5;       ///< seconds that a step may ask to wait before it (EMU-REBOOT-6)
  std::vector<std::string> emptied_on_reboot;  ///< folders whose content a reboot does not keep (EMU-REBOOT-3)
  nlohmann::json resume;                       ///< a saved execution state to go on from; null starts afresh
};

/// What the runner may say to the agent.
struct StartRun {
  Job job;
};
/// Kill the running step, run nothing more, write the logs.
struct StopRun {};
/// The run is over: send the log folder in an exchange, and say LogsSent.
struct SendLogs {};
/// The runner has everything it needs: the agent removes its own files and, if asked, the log folder, and ends.
struct Release {
  bool remove_log_directory = false;
};

using Command = std::variant<StartRun, StopRun, SendLogs, Release>;

/// One line of JSON without line break.
[[nodiscard]] std::string encode(const Command& command);
/// Throws Fault when the line is no command of this protocol version.
[[nodiscard]] Command decode_command(std::string_view line);

}  // namespace ibtest
