#include "agent/protocol/exchange_frame.hpp"

#include <charconv>
#include <optional>

#include "agent/protocol/base64.hpp"
#include "agent/protocol/line_reader.hpp"

namespace ibtest {

namespace {

using Kind = ExchangeFrame::Kind;

constexpr std::string_view line_start = "{\"x\":";
constexpr std::string_view data_start = ",\"data\":\"";
constexpr std::string_view data_end = "\"}";

/// What encode() writes for data, without building a tree; nothing for any other line.
std::optional<ExchangeFrame> decode_data(std::string_view line) {
  line.remove_prefix(line_start.size());
  ExchangeFrame frame{.kind = Kind::data};
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), frame.exchange);
  if (error != std::errc()) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (!line.starts_with(data_start) || !line.ends_with(data_end)) return std::nullopt;
  line.remove_prefix(data_start.size());
  line.remove_suffix(data_end.size());
  auto bytes = decode_base64(line);
  if (!bytes) return std::nullopt;
  frame.bytes = std::move(*bytes);
  return frame;
}

nlohmann::json object_of(const LineReader& line, const char* key) {
  const auto& value = line.value(key);
  if (!value.is_object()) line.refuse(std::string("`") + key + "` is no object");
  return value;
}

}  // namespace

bool is_exchange_line(std::string_view line) {
  return line.starts_with(line_start);
}

std::string encode(const ExchangeFrame& frame) {
  std::string text(line_start);
  text += std::to_string(frame.exchange);
  const auto dump = [](const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  switch (frame.kind) {
    case Kind::ask:
      text += ",\"ask\":" + dump(frame.content);
      break;
    case Kind::data:
      text += data_start;
      append_base64(text, frame.bytes);
      text += '"';
      break;
    case Kind::more:
      text += ",\"more\":" + std::to_string(frame.count);
      break;
    case Kind::end:
      text += ",\"end\":" + dump(frame.content.is_null() ? nlohmann::json::object() : frame.content);
      break;
    case Kind::cancel:
      text += ",\"cancel\":true";
      break;
  }
  text += '}';
  return text;
}

ExchangeFrame decode_exchange_frame(std::string_view text) {
  if (is_exchange_line(text)) {
    if (auto data = decode_data(text)) {
      if (data->bytes.size() <= exchange_piece) return std::move(*data);
    }
  }
  const LineReader line(text, "a line of an exchange");
  ExchangeFrame frame{.exchange = line.number<std::uint64_t>("x")};
  if (line.has("ask")) {
    frame.content = object_of(line, "ask");
  } else if (line.has("more")) {
    frame.kind = Kind::more;
    frame.count = line.number<std::uint32_t>("more");
  } else if (line.has("end")) {
    frame.kind = Kind::end;
    frame.content = object_of(line, "end");
  } else if (line.has("cancel")) {
    frame.kind = Kind::cancel;
  } else {
    line.refuse("it is of no known kind, or its data is too long or no base64");
  }
  return frame;
}

}  // namespace ibtest
