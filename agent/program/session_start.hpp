#pragma once

#include <filesystem>
#include <string>
#include <sys/types.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// An agent that is being started for a session, in processes of its own that belong to no terminal, connection or
/// parent: one serves, and one says in the session's folder how that one has ended.
class StartingSession {
 public:
  /// Throws Fault.
  StartingSession(const std::filesystem::path& folder, const std::string& owner);
  StartingSession(const StartingSession&) = delete;
  StartingSession& operator=(const StartingSession&) = delete;
  /// Ends what was started, unless leave() was called.
  ~StartingSession();

  struct News {
    bool begun = false;     ///< runners can connect
    std::string busy_with;  ///< the run whose end it waits for
  };
  /// Can be read when there is news.
  [[nodiscard]] int status() const { return status_.get(); }
  /// Throws Fault when the agent has ended instead.
  [[nodiscard]] News read_status();
  void leave() { process_ = -1; }

 private:
  std::filesystem::path folder_;
  FileDescriptor status_;
  std::string heard_;
  pid_t process_ = -1;
};

/// What an agent that is not there any more has left behind in the folder of its session, which is removed: how it
/// ended, for people; empty when there was none.
[[nodiscard]] std::string end_of_session(const std::filesystem::path& folder);

}  // namespace ibtest
