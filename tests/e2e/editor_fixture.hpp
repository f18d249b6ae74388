#pragma once

#include <string>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {

/// A language server as a program, driven by the protocol's own client library; no engine is needed.
class EditorTest : public RunTest {
 protected:
  /// What each step gave (lsp-client.mjs), and the exit status of the server.
  nlohmann::json drive(nlohmann::json steps, const nlohmann::json& capabilities = nlohmann::json::object()) const {
    nlohmann::json all = nlohmann::json::array();
    nlohmann::json params = {{"processId", nullptr}, {"rootUri", nullptr}, {"capabilities", capabilities}};
    all.push_back({{"request", "initialize"}, {"params", std::move(params)}});
    all.push_back({{"notify", "initialized"}, {"params", nlohmann::json::object()}});
    for (nlohmann::json& step : steps)
      all.push_back(std::move(step));
    all.push_back({{"request", "shutdown"}, {"params", nullptr}});
    nlohmann::json exit = nlohmann::json::object();
    exit["notify"] = "exit";
    all.push_back(std::move(exit));
    write("steps.json", all.dump());
    const std::string source = IBTEST_SOURCE;
    const ProgramResult result = tool(
        {"bash", "-c",
         "node " + source + "/tests/servers/lsp-client.mjs " + source + "/build/servers " + server_ + " < steps.json"});
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_EQ(result.errors, "");
    return nlohmann::json::parse(result.output);
  }
  [[nodiscard]] std::string uri(const std::string& name) const { return "file://" + (folder_ / name).string(); }
  [[nodiscard]] nlohmann::json open(const std::string& name, const std::string& text) const {
    nlohmann::json params = nlohmann::json::object();
    params["textDocument"] = {{"uri", uri(name)}, {"languageId", "yaml"}, {"version", 1}, {"text", text}};
    return {{"notify", "textDocument/didOpen"}, {"params", std::move(params)}};
  }
  [[nodiscard]] nlohmann::json at(const std::string& method, const std::string& name, int line, int character) const {
    nlohmann::json params = nlohmann::json::object();
    params["textDocument"]["uri"] = uri(name);
    params["position"] = {{"line", line}, {"character", character}};
    return {{"request", method}, {"params", std::move(params)}};
  }
  static nlohmann::json findings() {
    nlohmann::json step = nlohmann::json::object();
    step["await"] = "textDocument/publishDiagnostics";
    return step;
  }
  static nlohmann::json range(int line, int begin, int end) {
    return {{"start", {{"line", line}, {"character", begin}}}, {"end", {{"line", line}, {"character", end}}}};
  }

  std::string server_ = std::string(IBTEST_BIN) + "/ibtest lsp --stdio";
};

}  // namespace ibtest
