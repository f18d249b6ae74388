#include "runner/documents/child_documents.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/checks/check_document.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/documents/document_answers.hpp"
#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Documents that execute each other, in a folder of their own.
class ChildDocumentsTest : public testing::Test {
 protected:
  void write(const fs::path& name, const std::string& text) const {
    fs::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.path() / name, std::ios::binary) << text;
  }
  /// A document with one ExecuteDocument step for each child.
  void write_calls(const fs::path& name, const std::vector<std::string>& children) const {
    std::string text = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n";
    for (std::size_t i = 0; i < children.size(); ++i) {
      text += "      - name: Call" + std::to_string(i) + "\n        action: ExecuteDocument\n        inputs:\n" +
              "          document: '" + children[i] + "'\n";
    }
    if (children.empty()) text += "      - {name: One, action: ExecuteBash, inputs: {commands: [echo one]}}\n";
    write(name, text);
  }
  /// What is said of a document: "line: code: message".
  std::vector<std::string> check(const std::string& name) {
    const fs::path file = folder_.path() / name;
    const auto source = std::make_shared<const SourceText>(name, read_file(file));
    const DocumentResult result = load_document(source);
    EXPECT_FALSE(has_errors(result.diagnostics));
    std::vector<std::string> lines;
    const ReadChild read = [this](const DocumentRequest& request) {
      ++reads_;
      return reader_.read(request);
    };
    for (const Diagnostic& found : check_child_documents(*result.document, fs::canonical(file).string(), read))
      lines.push_back(std::to_string(found.range.begin.line) + ": " + found.code + ": " + found.message);
    return lines;
  }

  TemporaryFolder folder_;
  S3Store store_{{.offline = true}, {}};
  DocumentReader reader_{store_, ComponentFolders({folder_.path() / "components"})};
  int reads_ = 0;
};

TEST_F(ChildDocumentsTest, AreFineWhenTheyAreFine) {
  write_calls("a.yml", {"b.yml", "b.yml", "lib/c.yml"});
  write_calls("b.yml", {"lib/c.yml"});
  write_calls("lib/c.yml", {"d.yml"});
  write_calls("lib/d.yml", {});
  EXPECT_THAT(check("a.yml"), IsEmpty());
}

TEST_F(ChildDocumentsTest, MustNotExecuteThemselves_STEP6_D6) {
  write_calls("self.yml", {"./self.yml"});
  EXPECT_THAT(check("self.yml"), ElementsAre("8: document-cycle: a document must not execute itself, not even through "
                                             "others: self.yml -> ./self.yml"));
  write_calls("a.yml", {"fine.yml", "b.yml"});
  write_calls("fine.yml", {});
  write_calls("lib/x.yml", {});
  write_calls("b.yml", {"lib/../c.yml"});
  write_calls("c.yml", {"a.yml"});
  EXPECT_THAT(check("a.yml"), ElementsAre("12: document-cycle: a document must not execute itself, not even through "
                                          "others: a.yml -> b.yml -> lib/../c.yml -> a.yml"));
  // A circle below, which the document itself is no part of.
  write_calls("outside.yml", {"b.yml"});
  EXPECT_THAT(check("outside.yml"), ElementsAre(HasSubstr("outside.yml -> b.yml -> lib/../c.yml -> a.yml -> b.yml")));
  // The same file by another name.
  fs::create_symlink(folder_.path() / "link.yml", folder_.path() / "other.yml");
  write_calls("link.yml", {"other.yml"});
  EXPECT_THAT(check("link.yml"), ElementsAre(HasSubstr("document-cycle")));
}

TEST_F(ChildDocumentsTest, MayBeNestedThreeLevelsDeep_EXECUTEDOCUMENT2) {
  write_calls("1.yml", {"2.yml"});
  write_calls("2.yml", {"3.yml"});
  write_calls("3.yml", {"4.yml"});
  write_calls("4.yml", {});
  EXPECT_THAT(check("1.yml"), IsEmpty());
  write_calls("4.yml", {"5.yml"});
  write_calls("5.yml", {});
  EXPECT_THAT(check("1.yml"), ElementsAre("8: document-nesting: documents may be nested 3 levels deep, not 4: 1.yml -> "
                                          "2.yml -> 3.yml -> 4.yml -> 5.yml"));
  // A document on level four that contains ExecuteDocument at all.
  write_calls("4.yml", {"{{ build.Name.outputs.stdout }}"});
  EXPECT_THAT(check("1.yml"), ElementsAre(HasSubstr("4.yml -> ?")));
}

TEST_F(ChildDocumentsTest, AreOnlyNeededWhenTheStepRuns_EXECUTEDOCUMENT4) {
  write_calls("a.yml", {"missing.yml", "broken.yml", "s3://bucket/lib.yml", "{{ build.Call0.outputs.status }}",
                        "arn:aws:imagebuilder:eu-west-1:aws:component/web/1.0.0"});
  write("broken.yml",
        "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - {name: One, action: Nothing}\n");
  write_calls("components/web/1.0.0.yml", {});
  write("makes.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Make, action: ExecuteBash, inputs: {commands: [cp lib.yml /opt/made.yml]}}
      - {name: Call, action: ExecuteDocument, inputs: {document: /opt/made.yml}}
)");
  EXPECT_THAT(check("makes.yml"), IsEmpty());
  EXPECT_THAT(check("a.yml"),
              ElementsAre(HasSubstr("8: child-document: missing.yml: No such file"),
                          "12: child-document: broken.yml:5:29: there is no action `Nothing`",
                          HasSubstr("16: child-document: reading s3://bucket/lib.yml: S3 is switched off")));
}

TEST_F(ChildDocumentsTest, AreReadOnceHoweverOftenTheyAreNamed) {
  const std::vector<std::string> next(30, "b.yml");
  write_calls("a.yml", next);
  write_calls("b.yml", std::vector<std::string>(30, "c.yml"));
  write_calls("c.yml", std::vector<std::string>(30, "d.yml"));
  write_calls("d.yml", {});
  EXPECT_THAT(check("a.yml"), IsEmpty());
  EXPECT_LE(reads_, 90) << "27,000 ways lead down";
}

/// The runner's end of an exchange, in memory.
class Answer final : public ExchangeStream {
 public:
  void send(std::string_view bytes) override { sent += bytes; }
  [[nodiscard]] std::optional<std::string> receive() override { return std::nullopt; }
  [[nodiscard]] bool cancelled() const override { return false; }
  std::string sent;
};

TEST_F(ChildDocumentsTest, AreSentToTheTargetThatAsks_D7_EXECUTEDOCUMENT11) {
  const fs::path before = fs::current_path();
  fs::create_directories(folder_.path() / "current");
  fs::current_path(folder_.path() / "current");
  write_calls("calling/lib.yml", {});
  write_calls("current/lib.yml", {"x.yml"});
  write_calls("current/only-here.yml", {});
  const auto ask = [this](const std::string& document, const std::string& caller, Answer& answer) {
    return send_document(reader_, {{"ask", "document"}, {"document", document}, {"caller", caller}}, answer);
  };
  const std::string caller = (folder_.path() / "calling" / "outer.yml").string();
  Answer beside;
  EXPECT_EQ(ask("lib.yml", caller, beside)["location"], (folder_.path() / "calling" / "lib.yml").string());
  EXPECT_EQ(beside.sent, read_file(folder_.path() / "calling" / "lib.yml"));
  Answer current;
  EXPECT_EQ(ask("only-here.yml", caller, current)["location"], (folder_.path() / "current" / "only-here.yml").string());
  // Of a document in the target nothing is beside it here.
  Answer elsewhere;
  EXPECT_EQ(ask("lib.yml", "target:/calling/outer.yml", elsewhere)["location"],
            (folder_.path() / "current" / "lib.yml").string());
  Answer nothing;
  const nlohmann::json missing = ask("made.yml", caller, nothing);
  EXPECT_EQ(missing["location"], "");
  EXPECT_THAT(missing["reason"].get<std::string>(),
              HasSubstr("there is no made.yml on the machine that ibtest runs on (neither in "));
  EXPECT_EQ(nothing.sent, "");
  fs::current_path(before);
}

TEST_F(ChildDocumentsTest, NothingElseLeavesThisMachine) {
  write("secret.txt", "-----BEGIN OPENSSH PRIVATE KEY-----\n");
  Answer answer;
  try {
    static_cast<void>(
        send_document(reader_, {{"ask", "document"}, {"document", (folder_.path() / "secret.txt").string()}}, answer));
    FAIL() << "the file was sent";
  } catch (const ExchangeFailure& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("is no component document"));
  }
  EXPECT_EQ(answer.sent, "");
}

}  // namespace
}  // namespace ibtest
