#pragma once

#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "agent/protocol/line_buffer.hpp"

namespace ibtest {

/// Splits what the runner sends into lines, on the loop.
class CommandReader {
 public:
  /// Reads `input`, which stays the caller's. `on_end` is called once, when no more lines can come.
  CommandReader(boost::asio::io_context& context, int input, std::function<void(std::string line)> on_line,
                std::function<void()> on_end);
  CommandReader(const CommandReader&) = delete;
  CommandReader& operator=(const CommandReader&) = delete;
  ~CommandReader();

  /// A longer line ends the reading: no runner sends one.
  static constexpr std::size_t longest_line = 256U << 20U;

 private:
  void read();
  void received(std::size_t size);

  boost::asio::posix::stream_descriptor input_;
  std::function<void(std::string line)> on_line_;
  std::function<void()> on_end_;
  LineBuffer lines_;
  std::string buffer_;
};

}  // namespace ibtest
