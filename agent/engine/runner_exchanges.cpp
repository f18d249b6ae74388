#include "agent/engine/runner_exchanges.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>

namespace ibtest {

namespace {

using Kind = ExchangeFrame::Kind;

// How often must_stop() is asked while nothing happens.
constexpr std::chrono::milliseconds stop_interval{50};

}  // namespace

class RunnerExchanges::Exchange final : public RunnerExchange {
 public:
  Exchange(RunnerExchanges& all, std::uint64_t number, nlohmann::json question, std::function<bool()> must_stop)
      : all_(all), number_(number), question_(std::move(question)), must_stop_(std::move(must_stop)) {
    all_.open_.emplace(number_, this);
    ask();
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  ~Exchange() override {
    all_.open_.erase(number_);
    if (!answer_) all_.send({.exchange = number_, .kind = Kind::cancel});
  }

  std::optional<std::string> receive() override {
    if (!wait([this] { return !pieces_.empty() || answer_; }) || pieces_.empty()) return std::nullopt;
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    // Half a window at a time: the runner has the other half to go on with.
    taken_ += piece.size();
    if (taken_ >= exchange_window / 2 && !answer_) {
      all_.send({.exchange = number_, .kind = Kind::more, .count = taken_});
      taken_ = 0;
    }
    return piece;
  }

  [[nodiscard]] std::uint64_t announced() const override { return announced_; }

  bool send(std::string_view bytes) override {
    while (!bytes.empty()) {
      if (!wait([this] { return credit_ > 0 || answer_; }) || answer_) {
        cut_short_ = true;
        return false;
      }
      const auto piece = bytes.substr(0, std::min<std::uint64_t>(exchange_piece, credit_));
      all_.send({.exchange = number_, .kind = Kind::data, .bytes = std::string(piece)});
      credit_ -= piece.size();
      moved_ = true;
      bytes.remove_prefix(piece.size());
    }
    return true;
  }

  RunnerAnswer finish() override {
    send_end();
    // What still comes is of no interest, but must not hold up the answer.
    while (receive()) {
    }
    if (!answer_) return {{}, all_.gone() ? "the connection to ibtest was lost" : "stopped"};
    if (answer_->contains("error")) return {{}, answer_->value("error", ""), replaced_};
    return {*answer_, {}};
  }

  void leave() override {
    send_end();
    if (end_sent_ && !answer_) answer_ = nlohmann::json::object();
  }

  void on_frame(ExchangeFrame frame) {
    switch (frame.kind) {
      case Kind::size:
        announced_ = frame.count;
        break;
      case Kind::data:
        pieces_.push_back(std::move(frame.bytes));
        moved_ = true;
        break;
      case Kind::more:
        credit_ += frame.count;
        break;
      case Kind::end:
        answer_ = std::move(frame.content);
        break;
      default:
        break;
    }
  }

  void runner_was_replaced() {
    if (answer_) return;
    if (moved_) {
      replaced_ = true;
      answer_ = nlohmann::json::object();
      (*answer_)["error"] = "ibtest was killed meanwhile, and another one has taken its place";
      return;
    }
    ask();
    if (end_sent_) all_.send({.exchange = number_, .kind = Kind::end});
  }

 private:
  // An end after bytes that are missing would make half of a file look like a whole one.
  void send_end() {
    if (answer_ || all_.gone() || cut_short_) return;
    all_.send({.exchange = number_, .kind = Kind::end});
    end_sent_ = true;
  }

  void ask() { all_.send({.exchange = number_, .kind = Kind::ask, .content = question_}); }

  /// False when it will not be ready: the attempt must stop, or the runner has gone.
  template <typename Ready>
  bool wait(Ready&& ready) {
    while (!ready()) {
      if (must_stop_() || all_.gone()) return ready();
      if (ready()) break;
      all_.loop_.run_one_for(stop_interval);
    }
    return true;
  }

  RunnerExchanges& all_;
  std::uint64_t number_;
  nlohmann::json question_;
  std::function<bool()> must_stop_;
  std::deque<std::string> pieces_;
  std::uint64_t announced_ = 0;             ///< bytes that will come, 0 where nobody knows it
  std::uint64_t taken_ = 0;                 ///< bytes for which no more were asked yet
  std::uint64_t credit_ = exchange_window;  ///< bytes that may be sent
  std::optional<nlohmann::json> answer_;
  bool cut_short_ = false;  ///< not all could be sent
  bool end_sent_ = false;
  bool moved_ = false;     ///< bytes, in either direction
  bool replaced_ = false;  ///< the runner that was asked, after that
};

RunnerExchanges::RunnerExchanges(boost::asio::io_context& loop, EventLog& to_runner)
    : loop_(loop), to_runner_(to_runner) {}

RunnerExchanges::~RunnerExchanges() = default;

std::unique_ptr<RunnerExchange> RunnerExchanges::open(nlohmann::json question, std::function<bool()> must_stop) {
  return std::make_unique<Exchange>(*this, ++last_, std::move(question), std::move(must_stop));
}

void RunnerExchanges::received(ExchangeFrame frame) {
  const auto found = open_.find(frame.exchange);
  if (found != open_.end()) found->second->on_frame(std::move(frame));
}

void RunnerExchanges::runner_was_replaced() {
  for (const auto& [number, exchange] : open_)
    exchange->runner_was_replaced();
}

void RunnerExchanges::send(const ExchangeFrame& frame) {
  std::string line = encode(frame);
  line += '\n';
  if (sender_) return sender_(std::move(line));
  to_runner_.send_aside(std::move(line));
}

}  // namespace ibtest
