#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// Exit status of the programs, for every command.
enum class ExitStatus : int {
  success = 0,
  component_failed = 1,
  not_runnable = 2,   ///< bad usage, unreadable or invalid document, nothing to run
  target_failed = 3,  ///< no engine, no image, agent lost
  interrupted = 130,
  reboot_wanted = 194,  ///< this machine itself is to be restarted before the run can go on (D-13)
};

/// Something outside the document went wrong: what was being done, why it failed, what to do, and the exit status.
/// Library exceptions are turned into it at the border of the module that calls the library.
class Fault : public std::exception {
 public:
  Fault(ExitStatus status, std::string what_failed, std::string remedy = {});

  /// The message, with the outer actions first: "starting the container: no such image".
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const std::string& remedy() const { return remedy_; }
  [[nodiscard]] ExitStatus status() const { return status_; }

  /// The same fault with what was being done put in front.
  [[nodiscard]] Fault while_doing(const std::string& action) const;

 private:
  ExitStatus status_;
  std::string message_;
  std::string remedy_;
};

/// Begins the line of the agent's error output that has the remedy, below the message.
inline constexpr std::string_view remedy_prefix = "ibtest-agent: remedy: ";

/// "<what>: <strerror(error_number)>".
[[nodiscard]] std::string system_error_text(const std::string& what, int error_number);

}  // namespace ibtest
