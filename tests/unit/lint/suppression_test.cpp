#include "runner/lint/suppression.hpp"

#include "tests/unit/lint/lint_case.hpp"

namespace ibtest {
namespace {

using testing::codes;
using testing::lint_text;
using testing::text_of;
using testing::with_steps;

using Codes = std::vector<std::string>;

/// A step with two unknown inputs and an empty text behind each of its lines.
std::string step(const std::string& before, const std::string& behind_owner, const std::string& behind_group = "") {
  return with_steps("      - name: List\n        action: ExecuteBash\n        inputs:\n          commands: [ ls ]\n" +
                    before + "          owner: me" + behind_owner + "\n          group: us" + behind_group + "\n");
}

TEST(Suppression, CoversItsOwnLineOrTheNext) {
  EXPECT_EQ(codes(lint_text("a.yml", step("", ""))), (Codes{"unknown-input", "unknown-input"}));
  EXPECT_EQ(codes(lint_text("a.yml", step("", "  # ibtest: ignore unknown-input -- ours"))), (Codes{"unknown-input"}));
  EXPECT_EQ(codes(lint_text("a.yml", step("# ibtest: ignore unknown-input -- ours\n", ""))), (Codes{"unknown-input"}));
  EXPECT_EQ(
      codes(lint_text("a.yml", step("          #ibtest:ignore unknown-input -- ours\n          # more of it\n", ""))),
      (Codes{"unknown-input"}));
  EXPECT_EQ(codes(lint_text("a.yml",
                            step("", " # ibtest: ignore unknown-input -- a", " # ibtest: ignore unknown-input -- b"))),
            Codes{});
  // A line of text does not cover the next one.
  EXPECT_EQ(codes(lint_text("a.yml", step("          cmmands: [ ls ] # ibtest: ignore unknown-input -- ours\n", ""))),
            (Codes{"unknown-input", "unknown-input"}));
}

TEST(Suppression, TakesSeveralRules) {
  const LintedFile file = lint_text("a.yml", step("", " # ibtest: ignore unknown-input,duplicate-step -- ours"));
  EXPECT_EQ(codes(file), (Codes{"useless-suppression", "unknown-input"}));
  EXPECT_EQ(codes(lint_text("a.yml", step("", " # see above # ibtest: ignore duplicate-step, unknown-input -- ours"))),
            (Codes{"useless-suppression", "unknown-input"}));
}

TEST(Suppression, WorksInsideScripts) {
  const std::string script =
      "      - name: List\n        action: ExecuteBash\n        inputs:\n          commands:\n            - |\n"
      "              # ibtest: ignore undeclared-reference -- of another tool\n              echo {{ Name }}\n";
  EXPECT_EQ(codes(lint_text("a.yml", with_steps(script))), Codes{});
}

TEST(Suppression, OfTheWholeFileStandsBeforeAnythingElse) {
  const std::string head = "# ibtest: ignore over-inline-limit -- goes to S3\n";
  const std::string filler = "# " + std::string(17'000, 'x') + "\n";
  const std::string body = with_steps(testing::good_step);
  EXPECT_EQ(codes(lint_text("a.yml", head + filler + body)), Codes{});
  EXPECT_EQ(codes(lint_text("a.yml", "# Ours\n\n" + head + filler + body)), Codes{});
  EXPECT_EQ(codes(lint_text("a.yml", filler + "name: x\n" + head + body)),
            (Codes{"over-inline-limit", "useless-suppression"}));
}

TEST(Suppression, IsNotCalledUselessWhereNothingWasRead) {
  EXPECT_EQ(codes(lint_text("a.yml", "# ibtest: ignore unknown-input -- ours\nphases: 'x\n")),
            (Codes{"unterminated-quote"}));
}

TEST(Suppression, CannotBeSilencedByBeingWrong) {
  struct Case {
    std::string comment;
    Codes expected;
  };
  const std::vector<Case> cases = {
      {"# ibtest: ignore unknown-input", {"unknown-input", "suppression-without-reason", "unknown-input"}},
      {"# ibtest: ignore unknown-input --", {"unknown-input", "suppression-without-reason", "unknown-input"}},
      {"# ibtest: ignore unknown-input --  ", {"unknown-input", "suppression-without-reason", "unknown-input"}},
      {"# ibtest: ignore unknown-inptu -- x", {"unknown-input", "suppression-unknown-rule", "unknown-input"}},
      {"# ibtest: ignore -- x", {"unknown-input", "suppression-unknown-rule", "unknown-input"}},
      {"# ibtest: ignore",
       {"unknown-input", "suppression-unknown-rule", "suppression-without-reason", "unknown-input"}},
      {"# ibtest: ingore unknown-input -- x", {"unknown-input", "useless-suppression", "unknown-input"}},
      {"# ibtest:", {"unknown-input", "useless-suppression", "unknown-input"}},
      {"# ibtest: ignore schema-version -- x", {"unknown-input", "useless-suppression", "unknown-input"}},
      {"x# ibtest:ignore unknown-input -- x", {"unknown-input", "unknown-input"}},
  };
  for (const Case& one : cases)
    EXPECT_EQ(codes(lint_text("a.yml", step("", " " + one.comment))), one.expected) << one.comment;
}

TEST(Suppression, OfARuleThatIsOffIsNotUseless) {
  LintSettings settings;
  settings.severities["unknown-input"] = std::nullopt;
  EXPECT_EQ(codes(lint_text("a.yml", step("", " # ibtest: ignore unknown-input -- ours"), settings)), Codes{});
}

TEST(Severities, AreChangedAndTurnedOff) {
  LintSettings settings;
  settings.severities["unknown-input"] = Severity::error;
  settings.severities["duplicate-step"] = std::nullopt;
  const LintedFile file = lint_text("a.yml", step("", "") + testing::good_step + testing::good_step, settings);
  EXPECT_EQ(codes(file), (Codes{"unknown-input", "unknown-input"}));
  EXPECT_EQ(file.findings.front().severity, Severity::error);
}

}  // namespace
}  // namespace ibtest
