#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/protocol/event_sink.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// The way of the events to the runner: each is appended to a file, and sent from there as fast as the runner reads.
/// The file is the buffer, so memory stays bounded and a slow or dead runner never holds up a step. While the file
/// cannot be written (full disk) events wait in memory instead, and accepts_output() asks for patience.
class EventLog : public EventSink {
 public:
  static constexpr std::chrono::milliseconds flush_delay{2};

  /// Sends to nobody yet.
  explicit EventLog(boost::asio::io_context& context);
  /// Sends to `output`, which stays the caller's.
  EventLog(boost::asio::io_context& context, int output);
  /// Restores the mode of `output`.
  ~EventLog() override;

  /// From now on sends to `output`, which stays the caller's, and begins after the event of this number: what is in the
  /// file is sent again. Half of a line that the reader before was sent is forgotten.
  void send_to(int output, std::uint64_t last_event);
  /// From now on events go to this file first. What cannot be written is kept in write_error().
  void open(const std::filesystem::path& file);
  /// Events wait a moment for others to be written with them, which keeps short steps short: at most flush_delay while
  /// the loop runs, or until there are many. Debug lines stay in the target.
  void consume(const Event& event) override;
  /// Writes what waits to the file, and sends what the runner takes without waiting.
  void flush();

  /// Sends one line (with its line break) that is no event: it is kept nowhere, and events go first. Whoever sends many
  /// must not send more than the runner asks for (ExchangeFrame).
  void send_aside(std::string line);

  /// The first thing that could not be written ("writing /x/events.jsonl: No space left on device"); empty if all was.
  [[nodiscard]] const std::string& write_error() const { return write_error_; }
  /// False while more events would only pile up in memory.
  [[nodiscard]] bool accepts_output() const;
  /// Calls back once, on the loop, when accepts_output() is true again.
  void when_accepting(std::function<void()> callback) { waiting_for_room_.push_back(std::move(callback)); }
  /// Everything has been sent, or nobody is there to read it.
  [[nodiscard]] bool drained() const { return gone_ || (waiting_.empty() && !has_unsent()); }
  /// The reader has closed its end.
  [[nodiscard]] bool reader_gone() const { return gone_; }

 private:
  [[nodiscard]] bool has_unsent() const;
  void append_to_file(std::string_view bytes);
  /// Where in the file the events after this one begin.
  [[nodiscard]] std::uint64_t place_after(std::uint64_t event) const;
  void leave_reader();
  void send();
  /// What is to be sent next: from memory before the file, from the file, from memory after it.
  [[nodiscard]] std::string_view next_unsent();
  void sent(std::size_t size);
  void reader_left();
  void call_waiting();

  boost::asio::posix::stream_descriptor output_;
  boost::asio::io_context& context_;
  int output_flags_ = 0;
  FileDescriptor file_;
  std::string file_name_;
  std::string write_error_;
  std::string waiting_;      ///< consumed, in no other place yet
  std::string before_file_;  ///< unsent events of the time before open()
  std::string after_file_;   ///< unsent events that the file could not take
  std::size_t after_file_sent_ = 0;
  std::deque<std::string> asides_;  ///< lines that are no events
  std::size_t aside_sent_ = 0;      ///< of the first; a begun line is sent to its end before anything else
  std::unique_ptr<char[]> block_;   ///< a piece of the file that is being sent
  std::size_t block_size_ = 0;
  std::size_t block_sent_ = 0;
  std::uint64_t file_size_ = 0;
  std::uint64_t file_read_ = 0;  ///< how far the file has been sent or is in `block_`
  std::vector<std::function<void()>> waiting_for_room_;
  /// Handlers that run after this object is gone find it empty.
  std::shared_ptr<EventLog*> self_;
  boost::asio::steady_timer flush_timer_;
  bool flush_scheduled_ = false;
  bool send_pending_ = false;
  bool gone_ = true;
  bool output_always_ready_ = false;  ///< a regular file, which epoll refuses
};

}  // namespace ibtest
