#include "agent/expression/condition.hpp"

#include <map>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A machine with one program, one file and one folder.
class SmallMachine : public ConditionProbe {
 public:
  bool program_exists(const std::string& name) override { return asked(name), name == "bash"; }
  bool file_exists(const std::string& path) override { return asked(path), path == "/file"; }
  bool folder_exists(const std::string& path) override { return asked(path), path == "/folder"; }
  std::optional<std::string> file_digest(std::string_view algorithm, const std::string& path) override {
    asked(path);
    if (path != "/file") return std::nullopt;
    const std::map<std::string_view, std::string> digests = {
        {"MD5", "md5f"}, {"SHA1", "sha1f"}, {"SHA256", "sha256f"}, {"SHA512", "sha512f"}};
    return digests.at(algorithm);
  }
  std::vector<std::string> questions;

 private:
  void asked(const std::string& what) { questions.push_back(what); }
};

struct Comparison {
  const char* rule;
  std::string operator_name;
  std::string operand;
  std::string second;
  bool holds;
};

std::ostream& operator<<(std::ostream& stream, const Comparison& comparison) {
  return stream << comparison.rule << ": " << comparison.operator_name << " `" << comparison.operand << "` `"
                << comparison.second << "`";
}

class ComparisonTest : public testing::TestWithParam<Comparison> {};

TEST_P(ComparisonTest, HoldsAsSpecified) {
  SmallMachine machine;
  const auto& [rule, name, operand, second, holds] = GetParam();
  EXPECT_EQ(evaluate({name, operand, second, {}}, machine).holds, holds) << GetParam();
}

// Sections 5.3 to 5.5: every operator, the guide's own examples first.
INSTANTIATE_TEST_SUITE_P(
    Table, ComparisonTest,
    testing::Values(
        Comparison{"5.3", "stringIsEmpty", "", "", true}, Comparison{"5.3", "stringIsEmpty", " ", "", false},
        Comparison{"5.3", "stringIsEmpty", "x", "", false}, Comparison{"5.3", "stringIsWhitespace", "   ", "", true},
        Comparison{"5.3", "stringIsWhitespace", "", "", false},
        Comparison{"5.3", "stringIsWhitespace", " x", "", false},
        Comparison{"D-8", "stringIsWhitespace", "\t\n\u00a0\u2003\u3000", "", true},
        Comparison{"D-8", "stringIsWhitespace", "\xff", "", false},
        Comparison{"COND-14", "stringEquals", "prod", "PROD", true},
        Comparison{"COND-14", "stringEquals", "a", "a ", false},
        Comparison{"COND-14", "stringEquals", "STRASSE ÄÖ", "strasse äö", true},
        Comparison{"COND-14", "stringEquals", "Я", "я", true},
        Comparison{"COND-13", "stringEquals", "1.0", "1.0", true},
        Comparison{"COND-13", "stringEquals", "1.0", "1", false},
        Comparison{"COND-11", "stringLessThan", "b", "a", true},
        Comparison{"ASSERT-3", "stringLessThan", "a", "0", true}, Comparison{"5.3", "stringLessThan", "0", "a", false},
        Comparison{"COND-16", "stringLessThan", "A", "a", false},
        Comparison{"5.3", "stringLessThanEquals", "b", "a", true},
        Comparison{"5.3", "stringLessThanEquals", "a", "a", true},
        Comparison{"5.3", "stringLessThanEquals", "0", "a", false},
        Comparison{"5.3", "stringGreaterThan", "a", "b", true}, Comparison{"5.3", "stringGreaterThan", "0", "a", true},
        Comparison{"COND-16", "stringGreaterThan", "a", "A", false},
        Comparison{"5.3", "stringGreaterThanEquals", "a", "A", true},
        Comparison{"5.3", "stringGreaterThanEquals", "0", "a", true},
        Comparison{"5.3", "stringGreaterThanEquals", "a", "0", false},
        Comparison{"COND-17", "patternMatches", "^[a-z]+$", "ThisIsValue", true},
        Comparison{"COND-17", "patternMatches", "b.d", "a bed is here", true},
        Comparison{"COND-17", "patternMatches", "^b", "abc", false},
        Comparison{"COND-17", "patternMatches", "(?P<y>[0-9]{4})-\\pL", "in 2024-ß", true},
        Comparison{"COND-12", "numberEquals", "1", "1", true}, Comparison{"COND-15", "numberEquals", "1", "1.0", true},
        Comparison{"5.4", "numberEquals", "1", "2", false}, Comparison{"D-9", "numberEquals", "2.10", "2.1", true},
        Comparison{"D-9", "numberEquals", "0.1", "0.10000000000000000001", false},
        Comparison{"D-9", "numberEquals", "123456789012345678901234567890", "123456789012345678901234567890.0", true},
        Comparison{"D-9", "numberEquals", "-0.0", "+0", true}, Comparison{"COND-12", "numberEquals", "1", "a10", false},
        Comparison{"COND-12", "numberEquals", "1", "1.", false},
        Comparison{"COND-12", "numberEquals", "0.5", ".5", false},
        Comparison{"COND-12", "numberEquals", "1000", "1e3", false},
        Comparison{"COND-12", "numberEquals", "1", " 1", false}, Comparison{"COND-12", "numberEquals", "1", "", false},
        Comparison{"ASSERT-5", "numberEquals", "2.1", "2.1.1", false},
        Comparison{"COND-11", "numberLessThan", "2", "1", true}, Comparison{"5.4", "numberLessThan", "2", "1.9", true},
        Comparison{"5.4", "numberLessThan", "2", "2", false}, Comparison{"D-9", "numberLessThan", "-1", "-10", true},
        Comparison{"5.4", "numberLessThanEquals", "2", "2", true},
        Comparison{"5.4", "numberLessThanEquals", "2", "2.1", false},
        Comparison{"ASSERT-2", "numberGreaterThan", "2", "3", true},
        Comparison{"5.4", "numberGreaterThan", "1", "1", false},
        Comparison{"5.4", "numberGreaterThan", "1", "x", false},
        Comparison{"5.4", "numberGreaterThanEquals", "1", "1", true},
        Comparison{"5.4", "numberGreaterThanEquals", "2", "1", false},
        Comparison{"ASSERT-7", "binaryExists", "bash", "", true},
        Comparison{"ASSERT-7", "binaryExists", "nope", "", false},
        Comparison{"ASSERT-8", "fileExists", "/file", "", true},
        Comparison{"ASSERT-8", "fileExists", "/folder", "", false},
        Comparison{"ASSERT-8", "folderExists", "/folder", "", true},
        Comparison{"ASSERT-8", "folderExists", "/file", "", false},
        Comparison{"COND-18", "fileMD5Equals", "MD5F", "/file", true},
        Comparison{"COND-18", "fileMD5Equals", "md5f ", "/file", false},
        Comparison{"ASSERT-9", "fileSHA1Equals", "sha1f", "/file", true},
        Comparison{"ASSERT-9", "fileSHA256Equals", "sha256f", "/file", true},
        Comparison{"ASSERT-9", "fileSHA512Equals", "sha512f", "/file", true},
        Comparison{"ASSERT-9", "fileSHA512Equals", "sha512f", "/missing", false}));

ResolvedCondition file(const std::string& path) {
  return {"fileExists", path, "", {}};
}

TEST(LogicalOperators, StopAsSoonAsTheResultIsKnown_5_6) {
  SmallMachine machine;
  EXPECT_FALSE(evaluate({"and", "", "", {file("/file"), file("/no"), file("/never")}}, machine).holds);
  EXPECT_THAT(machine.questions, ElementsAre("/file", "/no"));
  machine.questions.clear();
  EXPECT_TRUE(evaluate({"or", "", "", {file("/no"), file("/file"), file("/never")}}, machine).holds);
  EXPECT_THAT(machine.questions, ElementsAre("/no", "/file"));
  EXPECT_TRUE(evaluate({"not", "", "", {file("/no")}}, machine).holds);
  EXPECT_TRUE(
      evaluate({"and", "", "", {{"not", "", "", {{"or", "", "", {file("/no")}}}}, file("/file")}}, machine).holds);
}

TEST(ConditionResults, NameTheComparisonThatDecided_ASSERT11) {
  SmallMachine machine;
  EXPECT_EQ(evaluate({"stringEquals", "prod", "dev", {}}, machine).deciding, "stringEquals prod dev");
  EXPECT_EQ(evaluate({"and", "", "", {file("/file"), file("/no")}}, machine).deciding, "and: fileExists /no");
  EXPECT_EQ(evaluate({"not", "", "", {file("/file")}}, machine).deciding, "not: fileExists /file");
}

TEST(ConditionResults, WarnWhereLetterCaseWouldChangeThem_ASSERT3_ASSERT4_D_11) {
  SmallMachine machine;
  EXPECT_THAT(evaluate({"stringEquals", "prod", "PROD", {}}, machine).warnings,
              ElementsAre(HasSubstr("stringEquals ignores letter case")));
  EXPECT_THAT(evaluate({"stringEquals", "prod", "prod", {}}, machine).warnings, IsEmpty());
  EXPECT_THAT(evaluate({"patternMatches", "^[a-z]+$", "ThisIsValue", {}}, machine).warnings,
              ElementsAre(HasSubstr("patternMatches ignores letter case")));
}

TEST(Patterns, AreOfGosDialect_COND17) {
  EXPECT_EQ(pattern_error("^[a-z0-9_]+$"), "");
  EXPECT_THAT(pattern_error("(?=look)"), HasSubstr("invalid perl operator"));
  EXPECT_THAT(pattern_error("(a)\\1"), HasSubstr("invalid escape sequence"));
  SmallMachine machine;
  const ConditionResult broken = evaluate({"patternMatches", "(", "x", {}}, machine);
  EXPECT_FALSE(broken.holds);
  EXPECT_THAT(broken.warnings, ElementsAre(HasSubstr("is no regular expression")));
}

}  // namespace
}  // namespace ibtest
