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

// Each takes a thread, with those that are being cancelled.
constexpr std::size_t most_exchanges = 32;
// Each may hold a window of bytes of the agent's, and a part of an object. One is answered at a time; of others the
// last word may be on its way.
constexpr std::size_t most_open = 4;
// Questions are short.
constexpr std::size_t longest_line = 1U << 20U;

}  // namespace

/// The way of lines from the threads to the loop.
struct ExchangeServer::Outlet : std::enable_shared_from_this<Outlet> {
  Outlet(boost::asio::io_context& loop, Sender sender) : context(loop), send(std::move(sender)) {}

  /// Waits until few enough bytes wait to be sent, or `give_up` says so.
  void post(std::string encoded, const std::function<bool()>& give_up) {
    SendShare taken = budget->take(encoded.size(), give_up);
    boost::asio::post(context,
                      [self = shared_from_this(), line = std::move(encoded), share = std::move(taken)]() mutable {
                        if (self->send) self->send(std::move(line), std::move(share));
                      });
  }

  boost::asio::io_context& context;
  Sender send;  ///< used on the loop only; empty when the server is gone
  const std::shared_ptr<SendBudget> budget = std::make_shared<SendBudget>(most_unsent);
};

class ExchangeServer::Stream final : public ExchangeStream {
 public:
  Stream(std::uint64_t number, std::shared_ptr<Outlet> outlet)
      : number_(number), outlet_(std::move(outlet)), full_data_line_(encode_data_line(number, exchange_piece)) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() override {
    abandon();
    if (thread_.joinable()) thread_.join();
  }

  void start(ExchangeHandler& handler, nlohmann::json question) {
    thread_ = std::thread([this, &handler, question = std::move(question)] { run(handler, question); });
  }

  void announce(std::uint64_t size) override { post({.exchange = number_, .kind = Kind::size, .count = size}); }

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
    std::string piece;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !pieces_.empty() || ended_ || cancelled_; });
      if (cancelled_) throw ExchangeCancelled{};
      if (pieces_.empty()) return std::nullopt;
      piece = std::move(pieces_.front());
      pieces_.pop_front();
      waiting_ -= piece.size();
    }
    taken_ += piece.size();
    if (taken_ >= exchange_window / 2) {
      post({.exchange = number_, .kind = Kind::more, .count = taken_});
      taken_ = 0;
    }
    return piece;
  }

  [[nodiscard]] bool cancelled() const override { return cancelled_; }
  [[nodiscard]] bool finished() const { return finished_; }

  /// Nobody waits for the end of this.
  void abandon() {
    abandoned_ = true;
    cancel();
  }

  void on_frame(ExchangeFrame frame) {
    if (frame.kind == Kind::cancel) return cancel();
    const std::lock_guard lock(mutex_);
    // An agent that sends more than it may is not to fill this machine's memory. The answer says so.
    if (frame.kind == Kind::data && waiting_ + frame.bytes.size() > exchange_window) drop_pieces();
    if (frame.kind == Kind::data && !cancelled_ && !frame.bytes.empty()) {
      waiting_ += frame.bytes.size();
      pieces_.push_back(std::move(frame.bytes));
    }
    if (frame.kind == Kind::more)
      credit_ += std::min(frame.count, exchange_window - std::min(credit_, exchange_window));
    if (frame.kind == Kind::end) ended_ = true;
    changed_.notify_all();
  }

 private:
  void cancel() {
    {
      const std::lock_guard lock(mutex_);
      drop_pieces();
      changed_.notify_all();
    }
    outlet_->budget->wake();
  }

  void drop_pieces() {
    cancelled_ = true;
    pieces_.clear();
    waiting_ = 0;
  }

  void post(const ExchangeFrame& frame) {
    outlet_->post(encode(frame), [this] { return abandoned_.load(); });
  }

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
    outlet_->post(std::exchange(gathered_, {}), [this] { return cancelled_.load(); });
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
    post({.exchange = number_, .kind = Kind::end, .content = std::move(answer)});
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
  std::uint64_t taken_ = 0;                 ///< bytes for which no more were asked yet; of the thread alone
  bool ended_ = false;
  std::string gathered_;  ///< a frame to be sent, with the data line of a whole piece; of the thread alone
  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> abandoned_ = false;
  std::atomic<bool> finished_ = false;
  std::thread thread_;
};

ExchangeServer::ExchangeServer(ProcessLoop& loop, ExchangeHandler& handler, Sender send)
    : loop_(loop), handler_(handler), outlet_(std::make_shared<Outlet>(loop_.context(), std::move(send))) {}

ExchangeServer::~ExchangeServer() {
  outlet_->send = nullptr;
  cancel_all();
}

void ExchangeServer::cancel_all() {
  // All at once, so that the threads end side by side.
  for (const auto& [number, stream] : streams_)
    stream->abandon();
  streams_.clear();
}

void ExchangeServer::received(std::string line) {
  // Data is kept apart from its line, and no longer than a piece.
  if (line.size() > longest_line)
    throw Fault(ExitStatus::target_failed, "the agent sent a line of an exchange that is too long");
  ExchangeFrame frame = decode_exchange_frame(std::move(line));
  std::erase_if(streams_, [](const auto& entry) { return entry.second->finished(); });
  if (frame.kind == Kind::ask) return open(frame.exchange, std::move(frame.content));
  const auto found = streams_.find(frame.exchange);
  if (found != streams_.end()) found->second->on_frame(std::move(frame));
}

void ExchangeServer::open(std::uint64_t number, nlohmann::json question) {
  const auto open = std::ranges::count_if(streams_, [](const auto& entry) { return !entry.second->cancelled(); });
  if (streams_.size() >= most_exchanges || static_cast<std::size_t>(open) >= most_open) {
    throw Fault(ExitStatus::target_failed, "the agent asks for too much at the same time");
  }
  auto& stream = streams_[number];
  stream = std::make_unique<Stream>(number, outlet_);
  stream->start(handler_, std::move(question));
}

}  // namespace ibtest
