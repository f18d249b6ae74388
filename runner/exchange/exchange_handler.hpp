#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace ibtest {

/// The question cannot be answered; the text says what was done, why it failed, and what to do.
class ExchangeFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown out of the calls of an ExchangeStream when the agent does not want the answer any more.
struct ExchangeCancelled {};

/// The runner's end of one exchange, for the thread that answers it.
class ExchangeStream {
 public:
  ExchangeStream() = default;
  ExchangeStream(const ExchangeStream&) = delete;
  ExchangeStream& operator=(const ExchangeStream&) = delete;
  virtual ~ExchangeStream() = default;

  /// Tells the agent, before the first of them, how many bytes will be sent. It only shows it.
  virtual void announce(std::uint64_t /*size*/) {}
  /// Sends bytes; waits while the agent has enough to do.
  virtual void send(std::string_view bytes) = 0;
  /// Waits for the next bytes from the agent; nothing at their end.
  [[nodiscard]] virtual std::optional<std::string> receive() = 0;
  /// True once the answer is not wanted any more; long waits ask.
  [[nodiscard]] virtual bool cancelled() const = 0;
};

/// Answers questions of agents about what only this machine has. Called on a thread of its own for each question.
class ExchangeHandler {
 public:
  ExchangeHandler() = default;
  ExchangeHandler(const ExchangeHandler&) = delete;
  ExchangeHandler& operator=(const ExchangeHandler&) = delete;
  virtual ~ExchangeHandler() = default;

  /// The answer, an object. Throws ExchangeFailure.
  [[nodiscard]] virtual nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) = 0;
};

/// A text of a question; empty when there is none.
[[nodiscard]] inline std::string text_in(const nlohmann::json& question, const char* key) {
  const auto found = question.find(key);
  return found != question.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace ibtest
