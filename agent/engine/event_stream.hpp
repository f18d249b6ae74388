#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/protocol/event.hpp"
#include "agent/protocol/event_sink.hpp"
#include "agent/protocol/value_mask.hpp"

namespace ibtest {

/// Where the events of this agent begin: numbers and times them, masks what must not be seen again (D-19), and gives
/// them to the runner's sink and, once there is one, to the log folder. Debug lines take no number: they stay in the
/// target, and the runner is to see no gap.
class EventStream {
 public:
  explicit EventStream(EventSink& to_runner) : to_runner_(to_runner) {}

  /// A null pointer ends it.
  void set_log(EventSink* log) { log_ = log; }
  /// How many ExecuteDocument steps are above what the next events tell of.
  void set_depth(std::uint32_t depth) { depth_ = depth; }
  void emit(EventBody body);
  void log(LogLevel level, std::string text);

  /// From now on this value is `***` wherever it would appear.
  void mask(std::string_view value) { mask_.add(value); }
  /// The text as it may be seen; for what is cut before it is logged, since half a value would not be recognised.
  [[nodiscard]] std::string masked(std::string_view text) const {
    return mask_.empty() ? std::string(text) : mask_.apply(text);
  }
  [[nodiscard]] bool masks() const { return !mask_.empty(); }
  /// Output of the running command; values that span chunks are masked too.
  void output(OutputStream stream, std::string bytes);
  /// No more output of this command comes: sends what was held back for masking.
  void end_output();

 private:
  void mask_texts(EventBody& body) const;
  [[nodiscard]] std::optional<MaskedStream>& masked(OutputStream stream) {
    return stream == OutputStream::standard_output ? masked_output_ : masked_error_;
  }

  EventSink& to_runner_;
  EventSink* log_ = nullptr;
  ValueMask mask_;
  std::optional<MaskedStream> masked_output_;
  std::optional<MaskedStream> masked_error_;
  std::uint64_t last_sequence_ = 0;
  std::uint32_t depth_ = 0;
};

}  // namespace ibtest
