#include <algorithm>
#include <filesystem>
#include <functional>

#include "runner/lsp/completion.hpp"
#include "runner/lsp/navigation.hpp"
#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using testing::expect_golden;
using testing::read_file;

constexpr std::string_view mark = "<|>";

/// Calls `check` for all documents of a folder, without the mark at their cursor, and compares what it says.
void check_folder(const std::string& name, const std::function<std::string(const std::string&, std::size_t)>& check) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(IBTEST_FIXTURES) + "/lsp/" + name)) {
    if (entry.path().extension() != ".yml") continue;
    std::string text = read_file(entry.path());
    const std::size_t cursor = text.find(mark);
    ASSERT_NE(cursor, std::string::npos) << entry.path();
    text.erase(cursor, mark.size());
    std::filesystem::path expected = entry.path();
    expect_golden(expected.replace_extension(".txt"), check(text, cursor));
    ++count;
  }
  EXPECT_GT(count, 0);
}

TEST(LspDocuments, AreCompleted) {
  check_folder("completion", [](const std::string& text, std::size_t cursor) {
    std::string result;
    for (const Completion& item : complete(text, cursor)) {
      result += (item.preferred ? "* " : "  ") + item.label + ": `" + text.substr(item.begin, item.end - item.begin) +
                "` becomes `" + item.text + "`" + (item.detail.empty() ? "" : " (" + item.detail + ")") + "\n";
    }
    return result;
  });
}

TEST(LspDocuments, AreExplained) {
  check_folder("hover", [](const std::string& text, std::size_t cursor) {
    const auto hover = hover_at(text, cursor);
    return hover ? "`" + text.substr(hover->begin, hover->end - hover->begin) + "`\n" + hover->markdown + "\n"
                 : std::string("nothing\n");
  });
}

TEST(LspDocuments, LeadToDefinitions) {
  check_folder("definition", [](const std::string& text, std::size_t cursor) {
    const auto found = definition_at(text, cursor);
    if (!found) return std::string("nothing\n");
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(found->begin), '\n') + 1;
    return "line " + std::to_string(line) + ": `" + text.substr(found->begin, found->end - found->begin) + "`\n";
  });
}

// Whatever is being typed, and wherever: every prefix of every document, with a cursor at its end.
TEST(LspDocuments, EveryUnfinishedDocumentCanBeLookedAt) {
  std::size_t offers = 0;
  for (const char* folder : {"/documents/valid", "/lsp/completion"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(IBTEST_FIXTURES) + folder)) {
      if (entry.path().extension() != ".yml") continue;
      const std::string text = read_file(entry.path()).substr(0, 1500);
      for (std::size_t end = 0; end <= text.size(); ++end) {
        const std::string_view prefix = std::string_view(text).substr(0, end);
        for (const Completion& item : complete(prefix, end)) {
          ASSERT_LE(item.begin, item.end);
          ASSERT_LE(item.end, prefix.size());
          ++offers;
        }
        const auto hover = hover_at(prefix, end);
        if (hover) {
          ASSERT_LE(hover->end, prefix.size());
        }
        const auto definition = definition_at(prefix, end);
        if (definition) {
          ASSERT_LE(definition->end, prefix.size());
        }
      }
    }
  }
  EXPECT_GT(offers, 1000U);
}

}  // namespace
}  // namespace ibtest
