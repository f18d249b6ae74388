#include "runner/target/agent_refusal.hpp"

#include <fmt/format.h>

namespace ibtest {

Fault agent_refusal(const std::string& doing, std::string_view error_output, int status) {
  constexpr std::string_view program = "ibtest-agent: ";
  std::string message;
  std::string remedy;
  while (!error_output.empty()) {
    const std::size_t end = error_output.find('\n');
    std::string_view line = error_output.substr(0, end);
    error_output.remove_prefix(end == std::string_view::npos ? error_output.size() : end + 1);
    if (line.starts_with(remedy_prefix)) {
      remedy = line.substr(remedy_prefix.size());
    } else if (!line.empty()) {
      if (line.starts_with(program)) line.remove_prefix(program.size());
      message = line;
    }
  }
  if (message.empty()) message = fmt::format("the agent's program has ended with status {}", status);
  return {ExitStatus::target_failed, doing + ": " + message, remedy};
}

}  // namespace ibtest
