#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "runner/lsp/message_frame.hpp"
#include "runner/lsp/open_document.hpp"

namespace ibtest {

/// A language server for component documents (LSP 3.17): findings of the linter as they are typed, completion, hover,
/// definitions, fixes. It answers every message of every client and never throws for what a client sends.
class LanguageServer {
 public:
  /// `send` takes each message to the client, without its headers.
  explicit LanguageServer(std::function<void(std::string message)> send) : send_(std::move(send)) {}

  void receive(const ReceivedFrame& frame);

  /// The client has sent `exit`.
  [[nodiscard]] bool exited() const { return exited_; }
  /// It had sent `shutdown` before, as the protocol wants.
  [[nodiscard]] bool was_shut_down() const { return state_ == State::shut_down; }

 private:
  enum class State { started, initialized, shut_down };

  void receive_message(const std::string& content);
  void handle_request(const nlohmann::json& id, const std::string& method, const nlohmann::json& params);
  void handle_notification(const std::string& method, const nlohmann::json& params);
  nlohmann::json answer(const std::string& method, const nlohmann::json& params);
  nlohmann::json initialize(const nlohmann::json& params);

  void open(const nlohmann::json& params);
  void change(const nlohmann::json& params);
  void close(const nlohmann::json& params);
  void lint_all();
  void lint(OpenDocument& document);
  void publish(const OpenDocument& document, nlohmann::json diagnostics);
  /// A message that the editor shows; the same one only once in a row.
  void show_error(const std::string& text);

  [[nodiscard]] OpenDocument& document_of(const nlohmann::json& params);
  void send(const nlohmann::json& message);
  void refuse(const nlohmann::json& id, int code, const std::string& message);

  std::function<void(std::string)> send_;
  State state_ = State::started;
  bool exited_ = false;
  PositionEncoding encoding_ = PositionEncoding::utf16;
  std::map<std::string, OpenDocument, std::less<>> documents_;
  std::string shown_;
};

}  // namespace ibtest
