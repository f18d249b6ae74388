#include "agent/engine/event_stream.hpp"

#include "agent/protocol/execution_id.hpp"

namespace ibtest {

void EventStream::emit(EventBody body) {
  mask_texts(body);
  const auto* const line = std::get_if<LogLine>(&body);
  const bool stays_here = line != nullptr && line->level == LogLevel::debug;
  const Event event{.sequence = stays_here ? 0 : ++last_sequence_,
                    .time_ns = current_time_ns(),
                    .body = std::move(body),
                    .depth = depth_};
  if (log_ != nullptr) log_->consume(event);
  if (!stays_here) to_runner_.consume(event);
}

void EventStream::log(LogLevel level, std::string text) {
  emit(LogLine{level, std::move(text)});
}

void EventStream::output(OutputStream stream, std::string bytes) {
  if (!mask_.empty()) {
    std::optional<MaskedStream>& filter = masked(stream);
    if (!filter) filter.emplace(mask_);
    std::string shown;
    filter->feed(bytes, shown);
    bytes = std::move(shown);
  }
  if (!bytes.empty()) emit(Output{stream, std::move(bytes)});
}

void EventStream::end_output() {
  for (const OutputStream stream : {OutputStream::standard_output, OutputStream::standard_error}) {
    std::optional<MaskedStream>& filter = masked(stream);
    if (!filter) continue;
    std::string rest;
    filter->finish(rest);
    filter.reset();
    if (!rest.empty()) emit(Output{stream, std::move(rest)});
  }
}

void EventStream::mask_texts(EventBody& body) const {
  if (mask_.empty()) return;
  if (auto* const line = std::get_if<LogLine>(&body)) line->text = mask_.apply(line->text);
  if (auto* const iteration = std::get_if<IterationStarted>(&body)) iteration->value = mask_.apply(iteration->value);
  if (auto* const iteration = std::get_if<IterationFinished>(&body)) iteration->error = mask_.apply(iteration->error);
  if (auto* const attempt = std::get_if<AttemptFinished>(&body)) attempt->error = mask_.apply(attempt->error);
  if (auto* const step = std::get_if<StepFinished>(&body)) step->failure_message = mask_.apply(step->failure_message);
  // The path of a child document may come from a parameter.
  if (auto* const document = std::get_if<DocumentStarted>(&body)) document->path = mask_.apply(document->path);
  if (auto* const run = std::get_if<RunFinished>(&body)) run->failure_message = mask_.apply(run->failure_message);
  if (auto* const fault = std::get_if<AgentFault>(&body)) fault->message = mask_.apply(fault->message);
}

}  // namespace ibtest
