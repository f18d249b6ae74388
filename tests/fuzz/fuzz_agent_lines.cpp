#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/document/unicode.hpp"
#include "agent/protocol/event.hpp"
#include "agent/protocol/exchange_frame.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/job.hpp"
#include "agent/protocol/line_buffer.hpp"
#include "agent/protocol/resumable_stream.hpp"
#include "runner/report/console.hpp"
#include "tests/fuzz/diagnostic_checks.hpp"

namespace {

using namespace ibtest;
using namespace ibtest::fuzz;

/// What people see of a run: every event goes through the memory of it and the console, as it does in a run.
class Audience {
 public:
  Audience() {
    console_.begin_target(history_, "fuzz", "");
    history_.begin_stage("");
  }

  void see(const Event& event) {
    history_.consume(event);
    console_.consume(event);
    static_cast<void>(console_.status_line());
    check_shown();
  }

  void leave() {
    RunSummary summary;
    summary.exit_status = ExitStatus::target_failed;
    console_.finish(summary);
    check_shown();
  }

 private:
  // Without colours and redrawing the console prints text alone.
  void check_shown() {
    for (std::size_t at = 0; at < shown_.size();) {
      const DecodedCharacter character = decode_utf8(shown_, at);
      require(character.valid, "what is shown is UTF-8");
      require(character.value == '\n' || is_displayable(character.value), "what is shown steers no terminal");
      at += character.length;
    }
    shown_.clear();
  }

  static ConsoleOptions options() {
    ConsoleOptions options;
    options.verbosity = Verbosity::verbose;
    return options;
  }

  std::string shown_;
  RunHistory history_;
  Console console_{options(), [this](std::string_view bytes) { shown_ += bytes; }, [] { return std::int64_t{0}; }};
};

// What can be read is written as it was understood, and understood as the same.
void check_line(const std::string& line, Audience& audience) {
  try {
    if (is_exchange_line(line)) {
      const std::string again = encode(decode_exchange_frame(line));
      require(encode(decode_exchange_frame(again)) == again, "a frame keeps its meaning");
      return;
    }
    const Event event = decode_event(line);
    const std::string again = encode(event);
    require(encode(decode_event(again)) == again, "an event keeps its meaning");
    audience.see(event);
  } catch (const Fault& fault) {
    require(!fault.message().empty(), "a refusal says why");
  }
}

void check_command(const std::string& line) {
  try {
    const std::string again = encode(decode_command(line));
    require(encode(decode_command(again)) == again, "a command keeps its meaning");
  } catch (const Fault& fault) {
    require(!fault.message().empty(), "a refusal says why");
  }
}

void check_greeting(const std::string& line) {
  const auto greeting = decode_greeting(line);
  if (!greeting) return;
  const std::string again = encode(*greeting);
  const auto read = decode_greeting(std::string_view(again).substr(0, again.size() - 1));
  require(read && encode(*read) == again, "a greeting keeps its meaning");
}

void check_frames(std::string_view bytes) {
  ResumableStream stream;
  std::string payload;
  try {
    stream.send("what the other end may say that it has seen");
    static_cast<void>(stream.take_outgoing(bytes.size()));
    stream.receive(bytes.substr(0, bytes.size() / 2), payload);
    stream.receive(bytes.substr(bytes.size() / 2), payload);
  } catch (const Fault& fault) {
    require(!fault.message().empty(), "a refusal says why");
  }
  require(payload.size() == stream.received() && payload.size() <= bytes.size(), "every byte is counted once");
}

}  // namespace

// Everything that runner and agent may hear from each other, in two pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  LineBuffer lines;
  Audience audience;
  std::size_t taken = 0;
  for (const std::string_view part : {bytes.substr(0, size / 2), bytes.substr(size / 2)}) {
    lines.append(part);
    while (const auto line = lines.take_line()) {
      taken += line->size() + 1;
      check_line(*line, audience);
      check_command(*line);
      check_greeting(*line);
    }
  }
  audience.leave();
  check_frames(bytes);
  require(taken + lines.waiting() == size, "every byte comes once");
  return 0;
}
