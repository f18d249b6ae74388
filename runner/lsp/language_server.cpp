#include "runner/lsp/language_server.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "agent/protocol/fault.hpp"
#include "runner/lsp/protocol_features.hpp"

namespace ibtest {

namespace {

using nlohmann::json;

// Error codes of JSON-RPC and the protocol.
constexpr int parse_error = -32700;
constexpr int invalid_request = -32600;
constexpr int method_not_found = -32601;
constexpr int invalid_params = -32602;
constexpr int internal_error = -32603;
constexpr int server_not_initialized = -32002;

/// Messages of the protocol are flat; destroying what is nested by the million is not free.
constexpr int deepest_nesting = 64;

bool is_nested_too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (quoted) {
      if (character == '\\') ++at;
      if (character == '"') quoted = false;
    } else if (character == '"') {
      quoted = true;
    } else if (character == '[' || character == '{') {
      if (++depth > deepest_nesting) return true;
    } else if (character == ']' || character == '}') {
      --depth;
    }
  }
  return false;
}

/// A request that names a document which is not open, or a method that does not exist.
struct Refusal {
  int code;
  std::string message;
};

struct Feature {
  std::string_view method;
  json (*answer)(const OpenDocument& document, PositionEncoding encoding, const json& params);
};
constexpr std::array<Feature, 4> features = {{
    {"textDocument/completion", answer_completion},
    {"textDocument/hover", answer_hover},
    {"textDocument/definition", answer_definition},
    {"textDocument/codeAction", answer_code_actions},
}};

PositionEncoding choose_encoding(const json& params) {
  static const json::json_pointer offers("/capabilities/general/positionEncodings");
  if (!params.contains(offers) || !params.at(offers).is_array()) return PositionEncoding::utf16;
  // In the order that the client prefers.
  for (const json& offer : params.at(offers)) {
    if (offer == "utf-8") return PositionEncoding::utf8;
    if (offer == "utf-16") return PositionEncoding::utf16;
  }
  return PositionEncoding::utf16;
}

std::int64_t version_of(const json& document) {
  const auto version = document.find("version");
  return version != document.end() && version->is_number_integer() ? version->get<std::int64_t>() : 0;
}

}  // namespace

void LanguageServer::receive(const ReceivedFrame& frame) {
  switch (frame.kind) {
    case ReceivedFrame::Kind::malformed:
      refuse(nullptr, parse_error, "the headers of a message have no usable Content-Length");
      return;
    case ReceivedFrame::Kind::too_large:
      refuse(nullptr, invalid_request,
             "a message is larger than " + std::to_string(most_message_bytes) + " bytes, and was skipped");
      return;
    case ReceivedFrame::Kind::message:
      receive_message(frame.content);
  }
}

void LanguageServer::receive_message(const std::string& content) {
  if (is_nested_too_deep(content)) {
    refuse(nullptr, invalid_request, "the message is nested too deep");
    return;
  }
  const json message = json::parse(content, nullptr, false);
  if (message.is_discarded()) {
    refuse(nullptr, parse_error, "the message is no JSON");
    return;
  }
  const json* id = nullptr;
  if (message.is_object() && message.contains("id")) id = &message.at("id");
  const bool has_id = id != nullptr && (id->is_string() || id->is_number_integer());
  const bool has_method = message.is_object() && message.contains("method");
  // Answers to requests, which this server sends none of, are nobody's business.
  if (!has_method && message.is_object() && (message.contains("result") || message.contains("error"))) return;
  if (!has_method || !message.at("method").is_string() || (id != nullptr && !has_id)) {
    refuse(has_id ? *id : json(nullptr), invalid_request, "the message is neither a request nor a notification");
    return;
  }
  const auto params = message.find("params");
  const json given = params == message.end() || params->is_null() ? json::object() : *params;
  const auto method = message.at("method").get<std::string>();
  if (has_id) {
    handle_request(*id, method, given);
  } else {
    handle_notification(method, given);
  }
}

void LanguageServer::handle_request(const json& id, const std::string& method, const json& params) {
  try {
    if (state_ == State::started && method != "initialize")
      throw Refusal{server_not_initialized, "the first request must be `initialize`"};
    if (state_ == State::shut_down) throw Refusal{invalid_request, "the server was shut down"};
    json result = answer(method, params);
    send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
  } catch (const Refusal& refusal) {
    refuse(id, refusal.code, refusal.message);
  } catch (const json::exception&) {
    refuse(id, invalid_params, "the parameters of `" + method + "` are not what the protocol says");
  } catch (const std::exception& exception) {
    refuse(id, internal_error, exception.what());
  }
}

json LanguageServer::answer(const std::string& method, const json& params) {
  if (method == "initialize") return initialize(params);
  if (method == "shutdown") {
    state_ = State::shut_down;
    return nullptr;
  }
  const auto* const feature = std::ranges::find(features, method, &Feature::method);
  if (feature == features.end()) throw Refusal{method_not_found, "there is no method `" + method + "`"};
  return feature->answer(document_of(params), encoding_, params);
}

json LanguageServer::initialize(const json& params) {
  if (state_ != State::started) throw Refusal{invalid_request, "the server was initialized already"};
  encoding_ = choose_encoding(params);
  state_ = State::initialized;
  constexpr int incremental = 2;
  json completion = json::object();
  completion["triggerCharacters"] = json::array({"{", ".", ":", " "});
  json code_actions = json::object();
  code_actions["codeActionKinds"] = json::array({"quickfix", "source.fixAll.ibtest"});
  return {{"capabilities",
           {{"positionEncoding", encoding_ == PositionEncoding::utf8 ? "utf-8" : "utf-16"},
            {"textDocumentSync", {{"openClose", true}, {"change", incremental}, {"save", true}}},
            {"completionProvider", std::move(completion)},
            {"hoverProvider", true},
            {"definitionProvider", true},
            {"codeActionProvider", std::move(code_actions)}}},
          {"serverInfo", {{"name", "ibtest"}, {"version", IBTEST_VERSION}}}};
}

void LanguageServer::handle_notification(const std::string& method, const json& params) {
  if (method == "exit") {
    exited_ = true;
    return;
  }
  if (state_ != State::initialized) return;
  try {
    if (method == "textDocument/didOpen") open(params);
    if (method == "textDocument/didChange") change(params);
    if (method == "textDocument/didClose") close(params);
    if (method == "textDocument/didSave" || method == "workspace/didChangeWatchedFiles") lint_all();
  } catch (const Refusal& refusal) {
    show_error(method + ": " + refusal.message);
  } catch (const std::exception&) {
    show_error("the parameters of `" + method + "` are not what the protocol says");
  }
}

OpenDocument& LanguageServer::document_of(const json& params) {
  const auto& uri = params.at("textDocument").at("uri").get_ref<const std::string&>();
  const auto found = documents_.find(uri);
  if (found == documents_.end()) throw Refusal{invalid_params, "the document " + uri + " is not open"};
  return found->second;
}

void LanguageServer::open(const json& params) {
  const json& item = params.at("textDocument");
  auto uri = item.at("uri").get<std::string>();
  OpenDocument document(uri, item.at("text").get<std::string>(), version_of(item));
  lint(documents_.insert_or_assign(std::move(uri), std::move(document)).first->second);
}

void LanguageServer::change(const json& params) {
  OpenDocument& document = document_of(params);
  document.change(params.at("contentChanges"), version_of(params.at("textDocument")), encoding_);
  lint(document);
}

void LanguageServer::close(const json& params) {
  const OpenDocument& document = document_of(params);
  publish(document, json::array());
  documents_.erase(document.uri());
}

/// A file that was saved may be the configuration, or a document that others execute.
void LanguageServer::lint_all() {
  for (auto& [uri, document] : documents_)
    lint(document);
}

void LanguageServer::lint(OpenDocument& document) {
  try {
    document.lint();
  } catch (const Fault& fault) {
    show_error(fault.message() + (fault.remedy().empty() ? "" : "; " + fault.remedy()));
  } catch (const std::exception& exception) {
    show_error(std::string("a document could not be checked: ") + exception.what());
  }
  publish(document, diagnostics_of(document, encoding_));
}

void LanguageServer::publish(const OpenDocument& document, json diagnostics) {
  send({{"jsonrpc", "2.0"},
        {"method", "textDocument/publishDiagnostics"},
        {"params",
         {{"uri", document.uri()}, {"version", document.version()}, {"diagnostics", std::move(diagnostics)}}}});
}

void LanguageServer::show_error(const std::string& text) {
  if (text == shown_) return;
  shown_ = text;
  constexpr int error = 1;
  send({{"jsonrpc", "2.0"},
        {"method", "window/showMessage"},
        {"params", {{"type", error}, {"message", "ibtest: " + text}}}});
}

void LanguageServer::refuse(const json& id, int code, const std::string& message) {
  send({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}});
}

void LanguageServer::send(const json& message) {
  send_(message.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace ibtest
