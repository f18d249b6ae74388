#include <charconv>

#include "agent/protocol/event.hpp"
#include "agent/protocol/json_text.hpp"
#include "agent/protocol/line_reader.hpp"
#include "agent/protocol/take_number.hpp"

namespace ibtest {

namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Undoes the escapes that encode() writes into Output; false for any other.
bool unescape(std::string_view text, std::string& bytes) {
  bytes.reserve(text.size());
  while (!text.empty()) {
    const auto plain = std::min(text.find('\\'), text.size());
    bytes += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return true;
    if (text.size() < 2) return false;
    const auto kind = text[1];
    text.remove_prefix(2);
    if (kind == 'n') {
      bytes += '\n';
    } else if (kind == 'r') {
      bytes += '\r';
    } else if (kind == 't') {
      bytes += '\t';
    } else if (kind == '"' || kind == '\\') {
      bytes += kind;
    } else if (kind == 'u' && text.size() >= 4 && text.starts_with("00")) {
      unsigned code = 0;
      const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 4, code, 16);
      if (error != std::errc() || end != text.data() + 4 || code >= 0x80) return false;
      bytes += static_cast<char>(code);
      text.remove_prefix(4);
    } else {
      return false;
    }
  }
  return true;
}

/// The bulk of a stream is output; this reads it as encode() writes it, without a tree. Anything unexpected is left to
/// the general way.
std::optional<Event> decode_output(std::string_view line) {
  Event event;
  if (!take(line, R"({"n":)") || !take_number(line, event.sequence)) return std::nullopt;
  if (!take(line, R"(,"t":)") || !take_number(line, event.time_ns)) return std::nullopt;
  if (take(line, R"(,"depth":)") && (!take_number(line, event.depth) || event.depth > most_depth)) return std::nullopt;
  if (!take(line, R"(,"e":"out","to":")")) return std::nullopt;
  Output output;
  if (take(line, R"(err","text":")")) {
    output.stream = OutputStream::standard_error;
  } else if (!take(line, R"(out","text":")")) {
    return std::nullopt;
  }
  if (!line.ends_with(R"("})")) return std::nullopt;
  line.remove_suffix(2);
  // A quote or control character that is not escaped, or bytes that are no UTF-8, are for the general way to refuse.
  for (std::string_view rest = line; !rest.empty();) {
    rest.remove_prefix(json_plain_prefix(rest, JsonEscaping::minimal));
    if (rest.empty()) break;
    if (rest[0] != '\\' || rest.size() < 2) return std::nullopt;
    rest.remove_prefix(2);
  }
  if (!unescape(line, output.bytes)) return std::nullopt;
  event.body = std::move(output);
  return event;
}

LogLevel level_of(const LineReader& line) {
  const auto word = line.text("level");
  if (word == "console") return LogLevel::console;
  if (word == "debug") return LogLevel::debug;
  if (word == "warning") return LogLevel::warning;
  line.refuse("`level` is no known level");
}

OutputStream stream_of(const LineReader& line) {
  const auto word = line.text("to");
  if (word == "out") return OutputStream::standard_output;
  if (word == "err") return OutputStream::standard_error;
  line.refuse("`to` is no known stream");
}

Hello read_hello(const LineReader& line) {
  const auto version = line.number<int>("v");
  if (version != protocol_version) {
    line.refuse("it speaks protocol version " + std::to_string(version) + ", this program version " +
                std::to_string(protocol_version));
  }
  return {version, line.text("version"), line.text("machine")};
}

EventBody read_step(const LineReader& line) {
  return StepStarted{line.address(),
                     line.text("name"),
                     line.text("action"),
                     line.number<std::uint32_t>("line"),
                     line.number<std::int64_t>("attempts"),
                     line.number<std::int64_t>("timeout")};
}

EventBody read_attempt_end(const LineReader& line) {
  AttemptFinished attempt{line.address(), line.number<std::uint32_t>("i"), line.flag("ok"), {}, line.text("error")};
  if (line.has("exit")) attempt.exit_code = line.number<int>("exit");
  return attempt;
}

EventBody read_iteration_end(const LineReader& line) {
  IterationFinished iteration{line.address(), line.number<std::uint64_t>("i"), line.flag("ok"), {}, line.text("error")};
  if (line.has("exit")) iteration.exit_code = line.number<int>("exit");
  return iteration;
}

EventBody read_step_end(const LineReader& line) {
  return StepFinished{line.address(), line.status(), line.text("message"), line.number<std::int64_t>("ms"),
                      line.number<std::uint32_t>("attempts")};
}

EventBody read_run_end(const LineReader& line) {
  const Counts counts{line.number<std::uint32_t>("executed"), line.number<std::uint32_t>("failed"),
                      line.number<std::uint32_t>("ignored"), line.number<std::uint32_t>("skipped")};
  return RunFinished{line.status(), counts, line.text("message")};
}

EventBody read_body(const LineReader& line) {
  const auto kind = line.text("e");
  const auto document = [&line] { return line.number<std::uint32_t>("d"); };
  const auto phase = [&line] { return line.number<std::uint32_t>("p"); };
  if (kind == "hello") return read_hello(line);
  if (kind == "run") return RunStarted{line.text("id"), line.text("log"), line.number<std::uint32_t>("steps")};
  if (kind == "document") return DocumentStarted{document(), line.text("path"), line.text("name")};
  if (kind == "phase") return PhaseStarted{document(), phase(), line.text("name")};
  if (kind == "step") return read_step(line);
  if (kind == "attempt") return AttemptStarted{line.address(), line.number<std::uint32_t>("i")};
  if (kind == "iteration") {
    return IterationStarted{line.address(), line.number<std::uint64_t>("i"), line.number<std::uint64_t>("of"),
                            line.text("value")};
  }
  if (kind == "iteration-end") return read_iteration_end(line);
  if (kind == "reboot") return RebootRequested{line.address(), line.text("state")};
  if (kind == "log") return LogLine{level_of(line), line.text("text")};
  if (kind == "out") return Output{stream_of(line), line.text("text")};
  if (kind == "progress") {
    return TransferProgress{line.text("what"), line.number<std::uint64_t>("bytes"),
                            line.number<std::uint64_t>("total")};
  }
  if (kind == "attempt-end") return read_attempt_end(line);
  if (kind == "step-end") return read_step_end(line);
  if (kind == "phase-end") return PhaseFinished{document(), phase(), line.status()};
  if (kind == "document-end") return DocumentFinished{document(), line.status()};
  if (kind == "run-end") return read_run_end(line);
  if (kind == "logs-sent") return LogsSent{line.text("error")};
  if (kind == "fault") return AgentFault{line.text("message"), line.text("remedy")};
  line.refuse("`" + kind + "` is no known kind");
}

}  // namespace

Event decode_event(std::string_view text) {
  if (auto output = decode_output(text)) return std::move(*output);
  // Flat objects of some ten fields.
  const LineReader line(text, "an event", {.depth = 4, .values = 100});
  const std::uint32_t depth = line.has("depth") ? line.number<std::uint32_t>("depth") : 0;
  if (depth > most_depth) line.refuse("`depth` is more than " + std::to_string(most_depth));
  return {line.number<std::uint64_t>("n"), line.number<std::int64_t>("t"), read_body(line), depth};
}

}  // namespace ibtest
