#include "agent/program/command_reader.hpp"

#include <string_view>

#include <boost/asio/buffer.hpp>

namespace ibtest {

namespace {

constexpr std::size_t read_size = 256U << 10U;

}  // namespace

CommandReader::CommandReader(boost::asio::io_context& context, int input, std::function<void(std::string line)> on_line,
                             std::function<void()> on_end)
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
                           if (lines_.waiting() > longest_line) return on_end_();
                           read();
                         });
}

void CommandReader::received(std::size_t size) {
  lines_.append(std::string_view(buffer_).substr(0, size));
  while (auto line = lines_.take_line()) {
    if (!line->empty()) on_line_(std::move(*line));
  }
}

}  // namespace ibtest
