#include "agent/protocol/exchange_frame.hpp"

#include <utility>

#include "agent/protocol/line_reader.hpp"
#include "agent/protocol/take_number.hpp"

namespace ibtest {

namespace {

using Kind = ExchangeFrame::Kind;

constexpr std::string_view line_start = "{\"x\":";
constexpr std::string_view data_start = ",\"bytes\":";

/// A line of data, as encode() writes it.
struct DataLine {
  std::uint64_t exchange = 0;
  std::size_t size = 0;
};

std::optional<DataLine> read_data_line(std::string_view line) {
  DataLine data;
  if (!line.starts_with(line_start)) return std::nullopt;
  line.remove_prefix(line_start.size());
  if (!take_number(line, data.exchange) || !line.starts_with(data_start)) return std::nullopt;
  line.remove_prefix(data_start.size());
  if (!take_number(line, data.size) || line != "}" || data.size > exchange_piece) return std::nullopt;
  return data;
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

std::optional<std::size_t> exchange_data_size(std::string_view line) {
  const auto data = read_data_line(line);
  return data ? std::optional(data->size) : std::nullopt;
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
    case Kind::size:
      text += ",\"size\":" + std::to_string(frame.count);
      break;
    case Kind::data:
      text = encode_data_line(frame.exchange, frame.bytes.size());
      text.reserve(text.size() + frame.bytes.size() + 1);  // a line break may follow
      text += frame.bytes;
      return text;
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

std::string encode_data_line(std::uint64_t exchange, std::size_t size) {
  std::string line(line_start);
  line.append(std::to_string(exchange)).append(data_start).append(std::to_string(size)).append("}\n");
  return line;
}

ExchangeFrame decode_exchange_frame(std::string text) {
  if (const auto end = text.find('\n'); end != std::string::npos) {
    const auto data = read_data_line(std::string_view(text).substr(0, end));
    if (data && text.size() - end - 1 == data->size) {
      text.erase(0, end + 1);
      return {.exchange = data->exchange, .kind = Kind::data, .bytes = std::move(text)};
    }
  }
  const LineReader line(std::string_view(text), "a line of an exchange");
  ExchangeFrame frame{.exchange = line.number<std::uint64_t>("x")};
  if (line.has("ask")) {
    frame.content = object_of(line, "ask");
  } else if (line.has("size")) {
    frame.kind = Kind::size;
    frame.count = line.number<std::uint64_t>("size");
  } else if (line.has("more")) {
    frame.kind = Kind::more;
    frame.count = line.number<std::uint64_t>("more");
  } else if (line.has("end")) {
    frame.kind = Kind::end;
    frame.content = object_of(line, "end");
  } else if (line.has("cancel")) {
    frame.kind = Kind::cancel;
  } else {
    line.refuse("it is of no known kind, or its data is too long or cut off");
  }
  return frame;
}

}  // namespace ibtest
