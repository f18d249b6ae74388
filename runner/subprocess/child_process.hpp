#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "runner/subprocess/send_budget.hpp"

namespace ibtest {

/// A child program with pipes at its three standard streams; the layer below RunningCommand and LineConversation.
/// Everything happens on the given io_context, on the thread that made the child. With the value, the child and its
/// process group are killed and reaped, and no callback comes any more.
class ChildProcess {
 public:
  struct Callbacks {
    /// Bytes of the standard output, only after resume_output(); empty at its end. Then it pauses again.
    std::function<void(std::string_view bytes)> on_output = {};
    /// Bytes of the error output as they come; empty at its end.
    std::function<void(std::string_view bytes)> on_error_output = {};
    /// The program has ended: its exit status, or 128 + the signal that killed it.
    std::function<void(int exit_code)> on_exit = {};
  };

  /// `stream` is given to the child as its standard input and output instead of pipes; it stays the caller's. Throws
  /// Fault (target_failed) when the program cannot be started.
  ChildProcess(boost::asio::io_context& context, const std::vector<std::string>& command_line, Callbacks callbacks,
               int stream);
  ChildProcess(boost::asio::io_context& context, const std::vector<std::string>& command_line, Callbacks callbacks);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  /// Asks for one more on_output.
  void resume_output();
  /// Queues bytes for the standard input. What a child that has closed it does not take is dropped. `share` is let go
  /// with them.
  void write(std::string bytes, SendShare share = {});
  /// Closes the standard input after what is queued.
  void close_input();
  /// Sends a signal to the child's whole process group, if the child is running.
  void signal_group(int signal_number);
  [[nodiscard]] bool running() const;

 private:
  template <typename OpenStreams>
  void start(boost::asio::io_context& context, const std::vector<std::string>& command_line,
             OpenStreams&& open_streams);

  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ibtest
