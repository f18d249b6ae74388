#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "runner/lsp/completion.hpp"
#include "runner/lsp/language_server.hpp"
#include "tests/fuzz/diagnostic_checks.hpp"

namespace {

using namespace ibtest;
using namespace ibtest::fuzz;
using nlohmann::json;

/// A server whose every message must be JSON.
struct Client {
  LanguageServer server{[](const std::string& message) { require(json::accept(message), "a message is JSON"); }};

  void send(const char* method, json params, int id = 0) {
    json message = {{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}};
    if (id != 0) message["id"] = id;
    server.receive({.content = message.dump(-1, ' ', false, json::error_handler_t::replace)});
  }
};

// A client that sends anything, in pieces of any size.
void feed_stream(std::string_view bytes, std::size_t piece) {
  Client client;
  client.send("initialize", json::object(), 1);
  FrameReader reader;
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    reader.feed(part);
    while (const auto frame = reader.next())
      client.server.receive(*frame);
  }
}

// A document as it is being typed, with the cursor in many places.
void edit_document(std::string_view text) {
  const std::size_t stride = text.size() / 16 + 1;
  for (std::size_t cursor = 0; cursor <= text.size(); cursor += stride) {
    for (const Completion& completion : complete(text, cursor)) {
      require(!completion.label.empty(), "a completion has a label");
      require(completion.begin <= completion.end && completion.end <= text.size(), "it replaces a piece of the text");
    }
  }
  Client client;
  const json document = {{"uri", "file:///fuzz.yml"}};
  client.send("initialize", json::object(), 1);
  client.send("textDocument/didOpen",
              {{"textDocument", {{"uri", "file:///fuzz.yml"}, {"version", 1}, {"text", std::string(text)}}}});
  for (int line = 0; line < 8; ++line) {
    const json place = {{"textDocument", document}, {"position", {{"line", line * 3}, {"character", line * 5}}}};
    for (const char* const method : {"textDocument/completion", "textDocument/hover", "textDocument/definition"})
      client.send(method, place, 2);
  }
  const json range = {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 99}, {"character", 0}}}};
  client.send("textDocument/codeAction",
              {{"textDocument", document}, {"range", range}, {"context", {{"diagnostics", json::array()}}}}, 3);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
  ::setenv("PATH", "", 1);  // no program is started for the scripts
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  // Documents of the corpus begin with a letter or '#'.
  if (data[0] < ' ') {
    feed_stream(rest, data[0] + std::size_t{1});
  } else {
    edit_document({reinterpret_cast<const char*>(data), size});
  }
  return 0;
}
