#include "runner/exchange/exchange_server.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "agent/protocol/fault.hpp"

namespace ibtest {

using Kind = ExchangeFrame::Kind;

namespace {

// Each takes a thread; an agent has one open at a time, and few that are being cancelled.
constexpr std::size_t most_exchanges = 32;

}  // namespace

/// The way of lines from the threads to the loop.
struct ExchangeServer::Outlet : std::enable_shared_from_this<Outlet> {
  Outlet(boost::asio::io_context& loop, std::function<void(std::string)> sender)
      : context(loop), send(std::move(sender)) {}

  void post(std::string encoded) {
    boost::asio::post(context, [self = shared_from_this(), line = std::move(encoded)]() mutable {
      if (self->send) self->send(std::move(line));
    });
  }

  boost::asio::io_context& context;
  std::function<void(std::string)> send;  ///< used on the loop only; empty when the server is gone
};

class ExchangeServer::Stream final : public ExchangeStream {
 public:
  Stream(std::uint64_t number, std::shared_ptr<Outlet> outlet)
      : number_(number), outlet_(std::move(outlet)), full_data_line_(encode_data_line(number, exchange_piece)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() override {
    cancel();
    if (thread_.joinable()) thread_.join();
  }

  void start(ExchangeHandler& handler, nlohmann::json question) {
    thread_ = std::thread([this, &handler, question = std::move(question)] { run(handler, question); });
  }

  void send(std::string_view bytes) override {
    // Libraries hand out small pieces, and each frame costs a way through the loop and the connection. They are
    // gathered where they will be sent from.
    while (!bytes.empty()) {
      if (gathered_.empty()) {
        gathered_.reserve(full_data_line_.size() + exchange_piece + 1);  // a line break will follow
        gathered_ = full_data_line_;
      }
      const auto part = bytes.substr(0, full_data_line_.size() + exchange_piece - gathered_.size());
      gathered_ += part;
      bytes.remove_prefix(part.size());
      if (gathered_.size() == full_data_line_.size() + exchange_piece) send_gathered();
    }
  }

  std::optional<std::string> receive() override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !pieces_.empty() || ended_ || cancelled_; });
    if (cancelled_) throw ExchangeCancelled{};
    if (pieces_.empty()) return std::nullopt;
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    waiting_ -= piece.size();
    taken_ += piece.size();
    if (taken_ >= exchange_window / 2) {
      outlet_->post(encode({.exchange = number_, .kind = Kind::more, .count = taken_}));
      taken_ = 0;
    }
    return piece;
  }

  [[nodiscard]] bool cancelled() const override { return cancelled_; }
  [[nodiscard]] bool finished() const { return finished_; }

  void cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    changed_.notify_all();
  }

  void on_frame(ExchangeFrame frame) {
    const std::lock_guard lock(mutex_);
    // An agent that sends more than it may is not to fill this machine's memory.
    if (frame.kind == Kind::data && waiting_ + frame.bytes.size() > exchange_window) cancelled_ = true;
    if (frame.kind == Kind::data && !cancelled_ && !frame.bytes.empty()) {
      waiting_ += frame.bytes.size();
      pieces_.push_back(std::move(frame.bytes));
    }
    if (frame.kind == Kind::more) credit_ += frame.count;
    if (frame.kind == Kind::end) ended_ = true;
    if (frame.kind == Kind::cancel) cancelled_ = true;
    changed_.notify_all();
  }

 private:
  void send_gathered() {
    if (gathered_.empty()) return;
    const std::size_t size = gathered_.size() - full_data_line_.size();
    if (size < exchange_piece) gathered_.replace(0, full_data_line_.size(), encode_data_line(number_, size));
    {
      // An agent that has taken what was sent has given back more than half a window, which is more than one piece.
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return credit_ >= size || cancelled_; });
      if (cancelled_) throw ExchangeCancelled{};
      credit_ -= size;
    }
    outlet_->post(std::exchange(gathered_, {}));
  }

  void run(ExchangeHandler& handler, const nlohmann::json& question) {
    nlohmann::json answer;
    try {
      answer = handler.answer(question, *this);
      send_gathered();
    } catch (const ExchangeCancelled&) {
      answer = {{"error", "cancelled"}};
    } catch (const std::exception& exception) {
      answer = {{"error", exception.what()}};
    }
    outlet_->post(encode({.exchange = number_, .kind = Kind::end, .content = std::move(answer)}));
    finished_ = true;
  }

  const std::uint64_t number_;
  const std::shared_ptr<Outlet> outlet_;
  const std::string full_data_line_;  ///< of a whole piece
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> pieces_;
  std::uint64_t waiting_ = 0;               ///< bytes in pieces_
  std::uint64_t credit_ = exchange_window;  ///< bytes that may be sent
  std::uint64_t taken_ = 0;                 ///< bytes for which no more were asked yet
  bool ended_ = false;
  std::string gathered_;  ///< a frame to be sent, with the data line of a whole piece; of the thread alone
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> finished_ = false;
  std::thread thread_;
};

ExchangeServer::ExchangeServer(ProcessLoop& loop, ExchangeHandler& handler, std::function<void(std::string)> send)
    : loop_(loop), handler_(handler), outlet_(std::make_shared<Outlet>(loop_.context(), std::move(send))) {}

ExchangeServer::~ExchangeServer() {
  outlet_->send = nullptr;
  cancel_all();
}

void ExchangeServer::cancel_all() {
  // All at once, so that the threads end side by side.
  for (const auto& [number, stream] : streams_)
    stream->cancel();
  streams_.clear();
}

void ExchangeServer::received(ExchangeFrame frame) {
  std::erase_if(streams_, [](const auto& entry) { return entry.second->finished(); });
  if (frame.kind == Kind::ask) return open(frame);
  const auto found = streams_.find(frame.exchange);
  if (found != streams_.end()) found->second->on_frame(std::move(frame));
}

void ExchangeServer::open(const ExchangeFrame& question) {
  if (streams_.size() >= most_exchanges) {
    throw Fault(ExitStatus::target_failed, "the agent asks for too much at the same time");
  }
  auto& stream = streams_[question.exchange];
  stream = std::make_unique<Stream>(question.exchange, outlet_);
  stream->start(handler_, question.content);
}

}  // namespace ibtest
