#include "runner/lsp/language_server.hpp"

#include <gtest/gtest.h>

#include "actions/inputs/input_field.hpp"
#include "agent/document/document_keys.hpp"
#include "runner/lsp/key_description.hpp"

namespace ibtest {
namespace {

using nlohmann::json;

class LanguageServerTest : public ::testing::Test {
 protected:
  /// What the server sends for a message.
  std::vector<json> tell(const std::string& content) {
    sent_.clear();
    server_.receive({ReceivedFrame::Kind::message, content});
    return sent_;
  }
  int error_of(const std::string& content) {
    const auto answers = tell(content);
    return answers.size() == 1 ? answers[0].at("error").at("code").get<int>() : 0;
  }
  void initialize() { tell(R"({"id":1,"method":"initialize","params":{"capabilities":{}}})"); }
  void open(const std::string& text) {
    const json item = {{"uri", "untitled:a"}, {"languageId", "yaml"}, {"version", 1}, {"text", text}};
    json message = {{"jsonrpc", "2.0"}, {"method", "textDocument/didOpen"}};
    message["params"]["textDocument"] = item;
    tell(message.dump());
  }

  std::vector<json> sent_;
  LanguageServer server_{[this](const std::string& message) { sent_.push_back(json::parse(message)); }};
};

TEST_F(LanguageServerTest, RefusesEverythingBeforeInitialize) {
  EXPECT_EQ(error_of(R"({"id":1,"method":"textDocument/hover"})"), -32002);
  EXPECT_TRUE(tell(R"({"method":"textDocument/didOpen","params":{}})").empty());
  initialize();
  EXPECT_EQ(error_of(R"({"id":2,"method":"initialize","params":{}})"), -32600);
}

TEST_F(LanguageServerTest, AnswersWhatIsNoMessage) {
  initialize();
  const std::vector<std::pair<std::string, int>> messages = {
      {"", -32700},
      {"{", -32700},
      {"\xFF", -32700},
      {"[]", -32600},
      {"1", -32600},
      {R"({"id":1})", -32600},
      {R"({"id":1,"method":5})", -32600},
      {R"({"id":{},"method":"shutdown"})", -32600},
      {R"({"id":1,"method":"nosuch/method"})", -32601},
      {R"({"id":1,"method":"$/nosuch"})", -32601},
      {R"({"id":1,"method":"textDocument/hover"})", -32602},
      {R"({"id":1,"method":"textDocument/hover","params":[1]})", -32602},
      {R"({"id":1,"method":"textDocument/hover","params":{"textDocument":{"uri":"untitled:b"}}})", -32602},
      {std::string(1'000'000, '['), -32600},
  };
  for (const auto& [message, code] : messages)
    EXPECT_EQ(error_of(message), code) << message.substr(0, 100);
  EXPECT_TRUE(tell(R"({"method":"$/nosuch"})").empty());
  EXPECT_TRUE(tell(R"({"id":7,"result":null})").empty());
  server_.receive({ReceivedFrame::Kind::malformed});
  server_.receive({ReceivedFrame::Kind::too_large});
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(LanguageServerTest, RefusesPositionsThatAreNone) {
  initialize();
  open("phases:\n");
  for (const char* line : {"-1", "1.5", "\"1\"", "null", "1e99"})
    EXPECT_EQ(
        error_of(
            R"({"id":1,"method":"textDocument/completion","params":{"textDocument":{"uri":"untitled:a"},"position":{"line":)" +
            std::string(line) + R"(,"character":0}}})"),
        -32602)
        << line;
}

TEST_F(LanguageServerTest, ChangesThatAreNoneLeaveTheTextAlone) {
  initialize();
  open("phases:\n");
  const auto answers = tell(
      R"({"method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:a","version":2},"contentChanges":[{"text":"gone"},{"text":5}]}})");
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0]["method"], "window/showMessage");
  const auto completion = tell(
      R"({"id":1,"method":"textDocument/completion","params":{"textDocument":{"uri":"untitled:a"},"position":{"line":1,"character":0}}})");
  EXPECT_FALSE(completion.at(0)["result"]["items"].empty());
}

TEST_F(LanguageServerTest, EndsAsTheProtocolWants) {
  initialize();
  EXPECT_TRUE(tell(R"({"id":"x","method":"shutdown"})").at(0)["result"].is_null());
  EXPECT_TRUE(server_.was_shut_down());
  EXPECT_EQ(error_of(R"({"id":2,"method":"textDocument/hover"})"), -32600);
  EXPECT_FALSE(server_.exited());
  tell(R"({"method":"exit"})");
  EXPECT_TRUE(server_.exited());
}

TEST(KeyDescription, EveryKeyThatIsOfferedHasOne) {
  const auto check = [](DocumentPart part, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys)
      EXPECT_FALSE(key_description(part, key).empty()) << key;
  };
  check(DocumentPart::document, document_keys);
  check(DocumentPart::parameter, parameter_keys);
  check(DocumentPart::constant, constant_keys);
  check(DocumentPart::phase, phase_keys);
  check(DocumentPart::step, step_keys);
  check(DocumentPart::loop, loop_keys);
  check(DocumentPart::for_loop, for_keys);
  check(DocumentPart::for_each, for_each_keys);
  check(DocumentPart::condition, operator_names);
  check(DocumentPart::condition, outcome_keys);
  check(DocumentPart::nested_condition, operand_keys);
  check(DocumentPart::named_value, named_value_keys);
}

}  // namespace
}  // namespace ibtest
