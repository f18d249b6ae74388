#include <fstream>
#include <regex>
#include <sstream>

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

/// A command of the README and what it is said to print.
struct Example {
  std::string command;
  std::string output;
};

std::vector<Example> examples_of_readme() {
  std::ifstream readme(std::string(IBTEST_SOURCE) + "/README.md");
  std::vector<Example> examples;
  bool in_block = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("```")) {
      in_block = false;
    } else if (line.starts_with("$ ")) {
      examples.push_back({line.substr(2), {}});
      in_block = true;
    } else if (in_block) {
      examples.back().output += line + "\n";
    }
  }
  return examples;
}

// Times, ids and the width that durations take differ from run to run.
std::string normalised(std::string text) {
  const std::vector<std::pair<const char*, const char*>> rules = {
      {"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"},
      {"[0-9]{4}-[0-9]{2}-[0-9]{2}_[0-9]{2}-[0-9]{2}-[0-9]{2}", "TIME"},
      {" +[0-9]+(\\.[0-9]+)? (ms|s)\\b", " DURATION"},
  };
  for (const auto& [pattern, name] : rules)
    text = std::regex_replace(text, std::regex(pattern), name);
  return text;
}

class ReadmeTest : public RunTest {
 protected:
  /// What stands on a terminal after a command has ended in it.
  [[nodiscard]] std::string on_terminal(const std::string& command) const {
    write("command.sh", "unset TMUX; export NO_COLOR=1 PATH=" + std::string(IBTEST_BIN) + ":$PATH\n" + command + "\n");
    const ProgramResult result = tool({"bash", "-c", R"(
      export LC_ALL=C.UTF-8
      terminal() { tmux -u -L "readme-$$" -f /dev/null "$@"; }
      terminal new-session -d -x 150 -y 100 "bash command.sh; tmux -L readme-$$ wait-for -S end; sleep 60"
      terminal wait-for end
      terminal capture-pane -p
      terminal kill-server)"});
    EXPECT_EQ(result.status, 0) << result.errors;
    std::string screen = result.output;
    // The folder that the README's commands are typed in.
    for (auto at = screen.find(folder_.string()); at != std::string::npos; at = screen.find(folder_.string()))
      screen.replace(at, folder_.string().size(), "/home/me");
    screen.erase(screen.find_last_not_of('\n') + 1);
    return screen + "\n";
  }
};

TEST_F(ReadmeTest, EveryExamplePrintsWhatItIsSaidToPrint) {
  for (const char* folder : {"article", "readme"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(IBTEST_FIXTURES) + "/" + folder))
      std::filesystem::copy(entry.path(), folder_ / entry.path().filename());
  }
  // So that no example has to build the image.
  write_scripts("first.yml", {"true"});
  ASSERT_EQ(ibtest({"run", "first.yml", "--target", booted_}).status, 0);
  const auto examples = examples_of_readme();
  ASSERT_GE(examples.size(), 2U);
  for (const Example& example : examples) {
    EXPECT_EQ(normalised(on_terminal(example.command)), normalised(example.output)) << example.command;
  }
}

}  // namespace
}  // namespace ibtest
