#pragma once

#include <cerrno>
#include <map>
#include <string>
#include <thread>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "agent/engine/execution.hpp"
#include "agent/engine/spawn.hpp"
#include "agent/protocol/line_buffer.hpp"
#include "tests/unit/engine/process_fixture.hpp"

namespace ibtest::test {

/// The parts of an agent, and a machine at its other end that reads the events and hands out child documents.
class Agent {
 public:
  Agent() : reader_([this] { read_lines(); }) {}
  explicit Agent(std::map<std::string, std::string> documents)
      : documents_(std::move(documents)), reader_([this] { read_lines(); }) {}
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  ~Agent() {
    to_runner.flush();
    pipe_.write_end = FileDescriptor();
    reader_.join();
  }

 private:
  Pipe pipe_ = make_pipe();

 public:
  boost::asio::io_context loop{1};
  ChildWatch children{loop};
  RunControl control;
  EventLog to_runner{loop, pipe_.write_end.get()};
  EventStream events{to_runner};
  RunnerExchanges exchanges{loop, to_runner};
  AgentParts parts{loop, children, control, to_runner, events, exchanges};

 private:
  void read_lines() {
    LineBuffer lines;
    char piece[4096];
    for (;;) {
      const ssize_t size = ::read(pipe_.read_end.get(), piece, sizeof piece);
      if (size < 0 && errno == EINTR) continue;  // the end of a child
      if (size <= 0) return;
      lines.append({piece, static_cast<std::size_t>(size)});
      while (const auto line = lines.take_line()) {
        if (is_exchange_line(*line)) answer(decode_exchange_frame(*line));
      }
    }
  }

  void answer(const ExchangeFrame& frame) {
    if (frame.kind != ExchangeFrame::Kind::ask) return;
    const std::string path = frame.content.at("document").get<std::string>();
    const auto document = documents_.find(path);
    nlohmann::json content = {{"location", "/project/" + path}};
    if (document == documents_.end()) content = {{"location", ""}, {"reason", "there is no " + path + " here"}};
    boost::asio::post(loop, [this, frame, content, text = document == documents_.end() ? "" : document->second] {
      if (!text.empty()) {
        exchanges.received({.exchange = frame.exchange, .kind = ExchangeFrame::Kind::data, .bytes = text});
      }
      exchanges.received({.exchange = frame.exchange, .kind = ExchangeFrame::Kind::end, .content = content});
    });
  }

  std::map<std::string, std::string> documents_;
  std::thread reader_;
};

}  // namespace ibtest::test
