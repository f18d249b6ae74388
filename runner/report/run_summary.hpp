#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "agent/protocol/event.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

/// A machine that was left running.
struct KeptMachine {
  std::string stage;  ///< empty when there is one stage only
  std::string enter_command;
};

/// How the run on one target ended, beyond what its events say.
struct RunSummary {
  std::string target;
  std::string execution_id;  ///< of the first stage
  ExitStatus exit_status = ExitStatus::success;
  std::string failure_message;  ///< CLI-8; of the fault when there was one
  std::string fault_remedy;
  bool stopped_by_another = false;  ///< the failure of another run ended it (--fail-fast)
  bool faulted = false;             ///< the target failed or the run could not be done
  std::string log_directory;        ///< on this machine, absolute; empty when nothing was written
  std::string shown_log_directory;  ///< the same as people should read it
  std::string log_url;              ///< where the logs were stored as well (LOG-6); empty: nowhere
  std::int64_t duration_ms = 0;
  std::uint32_t planned_steps = 0;  ///< of all selected phases of all stages
  std::optional<KeptMachine> kept;
  nlohmann::ordered_json documents = nlohmann::ordered_json::array();  ///< merged results of the stages
};

/// "success", "failed" or "interrupted".
[[nodiscard]] std::string_view summary_status(ExitStatus status);

}  // namespace ibtest
