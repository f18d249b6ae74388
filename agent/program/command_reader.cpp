#include "agent/program/command_reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>

namespace ibtest {

namespace {

constexpr std::size_t read_size = 64U << 10U;

}  // namespace

CommandReader::CommandReader(boost::asio::io_context& context, int input,
                             std::function<void(const std::string& line)> on_line, std::function<void()> on_end)
    : input_(context), on_line_(std::move(on_line)), on_end_(std::move(on_end)), buffer_(read_size, '\0') {
  boost::system::error_code error;
  input_.assign(input, error);
  if (error) {
    on_end_();
  } else {
    read();
  }
}

CommandReader::~CommandReader() {
  if (input_.is_open()) input_.release();
}

void CommandReader::read() {
  input_.async_read_some(boost::asio::buffer(buffer_),
                         [this](const boost::system::error_code& error, std::size_t size) {
                           if (error == boost::asio::error::operation_aborted) return;
                           if (error) return on_end_();
                           received(size);
                           if (line_.size() > longest_line) return on_end_();
                           read();
                         });
}

void CommandReader::received(std::size_t size) {
  std::string_view rest = std::string_view(buffer_).substr(0, size);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    line_.append(rest.substr(0, end));
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
    const std::string line = std::exchange(line_, {});
    if (!line.empty()) on_line_(line);
  }
}

}  // namespace ibtest
