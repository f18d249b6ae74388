#include "agent/journal/indented_json.hpp"

#include <string>

#include "agent/protocol/json_text.hpp"

namespace ibtest {

namespace {

template <typename Sink>
void write_quoted(std::string_view text, Sink& sink) {
  sink("\"");
  escape_json(text, JsonEscaping::html, sink);
  sink("\"");
}

/// Texts are copied only when there is something to mask.
template <typename Sink>
void write_masked(std::string_view text, const ValueMask& mask, Sink& sink) {
  if (mask.empty()) {
    write_quoted(text, sink);
  } else {
    write_quoted(mask.apply(text), sink);
  }
}

/// Inputs and outputs are shallow; their depth is bounded by that of documents.
template <typename Sink>
// NOLINTNEXTLINE(misc-no-recursion)
void write_compact(const nlohmann::ordered_json& value, const ValueMask& mask, Sink& sink) {
  if (value.is_string()) {
    write_masked(value.get_ref<const std::string&>(), mask, sink);
  } else if (value.is_array()) {
    std::string_view separator = "[";
    for (const auto& item : value) {
      sink(separator);
      write_compact(item, mask, sink);
      separator = ",";
    }
    sink(value.empty() ? "[]" : "]");
  } else if (value.is_object()) {
    std::string_view separator = "{";
    for (const auto& [name, item] : value.items()) {
      sink(separator);
      write_quoted(name, sink);
      sink(":");
      write_compact(item, mask, sink);
      separator = ",";
    }
    sink(value.empty() ? "{}" : "}");
  } else {
    sink(value.dump());
  }
}

}  // namespace

void IndentedJson::element() {
  if (!empty_) file_.append(",");
  empty_ = false;
  new_line();
}

void IndentedJson::key(std::string_view name) {
  element();
  text(name);
  file_.append(": ");
}

void IndentedJson::text(std::string_view value) {
  const auto sink = [this](std::string_view piece) { file_.append(piece); };
  write_quoted(value, sink);
}

void IndentedJson::masked_text(std::string_view value) {
  const auto sink = [this](std::string_view piece) { file_.append(piece); };
  write_masked(value, mask_, sink);
}

void IndentedJson::number(std::int64_t value) {
  file_.append(std::to_string(value));
}

void IndentedJson::flag(bool value) {
  file_.append(value ? "true" : "false");
}

// NOLINTNEXTLINE(misc-no-recursion)
void IndentedJson::value(const nlohmann::ordered_json& value) {
  if (value.is_object()) {
    begin_object();
    for (const auto& [name, item] : value.items()) {
      key(name);
      this->value(item);
    }
    end_object();
  } else if (value.is_array()) {
    begin_array();
    for (const auto& item : value) {
      element();
      this->value(item);
    }
    end_array();
  } else if (value.is_string()) {
    text(value.get_ref<const std::string&>());
  } else {
    file_.append(value.dump());
  }
}

void IndentedJson::compact_text(const nlohmann::ordered_json& value) {
  const auto outer = [this](std::string_view piece) { file_.append(piece); };
  const auto inner = [&outer](std::string_view piece) { escape_json(piece, JsonEscaping::html, outer); };
  file_.append("\"");
  write_compact(value, mask_, inner);
  file_.append("\"");
}

void IndentedJson::begin(char bracket) {
  file_.append(std::string_view(&bracket, 1));
  ++depth_;
  empty_ = true;
}

void IndentedJson::end(char bracket) {
  --depth_;
  if (!empty_) new_line();
  file_.append(std::string_view(&bracket, 1));
  empty_ = false;
}

void IndentedJson::new_line() {
  file_.append("\n");
  for (std::size_t i = 0; i < depth_; ++i)
    file_.append("    ");
}

}  // namespace ibtest
