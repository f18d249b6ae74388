#include "agent/expression/reference.hpp"

#include <ctime>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

/// A form in one line: what the reference was taken for.
std::string describe(const ReferenceForm& form) {
  struct Describe {
    std::string operator()(const VariableReference& it) const { return "variable " + it.name; }
    std::string operator()(const ChainingReference& it) const {
      return "chaining " + it.phase + " " + it.step + (it.outputs ? " outputs " : " inputs ") +
             std::to_string(it.index) + " " + it.key + (it.value_index ? " " + std::to_string(*it.value_index) : "");
    }
    std::string operator()(const LoopReference& it) const {
      return "loop " + it.loop + (it.index ? " index" : " value");
    }
    std::string operator()(const DynamicReference& it) const { return "dynamic " + it.source + " " + it.name; }
    std::string operator()(const ForeignText& it) const {
      return it.reason.empty() ? "foreign" : it.refused ? "refused" : "suspicious";
    }
  };
  return std::visit(Describe{}, form);
}

struct Case {
  std::string text;
  std::string expected;
};

class ReferenceForms : public ::testing::TestWithParam<Case> {};

TEST_P(ReferenceForms, AreTold) {
  const auto references = find_references("x" + GetParam().text + "y");
  ASSERT_EQ(references.size(), 1U);
  EXPECT_EQ(describe(references.front().form), GetParam().expected);
  EXPECT_EQ(references.front().text, GetParam().text);
  EXPECT_EQ(references.front().begin, 1U);
  EXPECT_EQ(references.front().end, 1 + GetParam().text.size());
}

INSTANTIATE_TEST_SUITE_P(VAR_7, ReferenceForms,
                         ::testing::Values(Case{"{{ Name }}", "variable Name"}, Case{"{{Name}}", "variable Name"},
                                           Case{"{{\t Name}}", "variable Name"},
                                           Case{"{{Name_-1 }}", "variable Name_-1"},
                                           Case{"{{ loop }}", "variable loop"}));
INSTANTIATE_TEST_SUITE_P(
    CHAIN_1_CHAIN_2, ReferenceForms,
    ::testing::Values(Case{"{{ build.Step.outputs.stdout }}", "chaining build Step outputs 0 stdout"},
                      Case{"{{ build.Step.outputs[0].stdout }}", "chaining build Step outputs 0 stdout"},
                      Case{"{{ b-1.S_2.inputs[12].path }}", "chaining b-1 S_2 inputs 12 path"},
                      Case{"{{ build.Step.inputs.commands[3] }}", "chaining build Step inputs 0 commands 3"},
                      Case{"{{ build . Step.outputs.stdout }}", "refused"},
                      Case{"{{ build.Step.outputs [0].stdout }}", "refused"},
                      Case{"{{ build.Step.outputs[].stdout }}", "refused"},
                      Case{"{{ build.Step.outputs[-1].stdout }}", "refused"},
                      Case{"{{ build.Step.outputs[99999999999999999999999].stdout }}", "refused"},
                      Case{"{{ build.Step.outputs }}", "refused"}, Case{"{{ build.Step.outputs.a.b }}", "refused"},
                      Case{"{{ build.Step.output.stdout }}", "suspicious"}));
INSTANTIATE_TEST_SUITE_P(LOOP_4_LOOP_16, ReferenceForms,
                         ::testing::Values(Case{"{{ loop.index }}", "loop loop index"},
                                           Case{"{{pkg.value}}", "loop pkg value"},
                                           Case{"{{ build.Step[0].outputs.stdout }}", "refused"}));
INSTANTIATE_TEST_SUITE_P(VAR_19_VAR_23, ReferenceForms,
                         ::testing::Values(Case{"{{ aws:ssm:/path/name }}", "dynamic aws:ssm /path/name"},
                                           Case{"{{ aws:ssm:resolve(X) }}", "dynamic aws:ssm resolve(X)"},
                                           Case{"{{ env:ProgramFiles(x86) }}", "dynamic env ProgramFiles(x86)"},
                                           Case{"{{ env:a b.c }}", "dynamic env a b.c"},
                                           Case{"{{ aws:imds:placement/region }}", "dynamic aws:imds placement/region"},
                                           Case{"{{ context:date }}", "dynamic context date"},
                                           Case{"{{ env: }}", "suspicious"}, Case{"{{ ssm:/x }}", "suspicious"}));
INSTANTIATE_TEST_SUITE_P(GOTCHA_21, ReferenceForms,
                         ::testing::Values(Case{"{{.Names}}", "foreign"}, Case{"{{ .State.Status }}", "foreign"},
                                           Case{"{{}}", "foreign"}, Case{"{{   }}", "foreign"},
                                           Case{"{{ a | b }}", "foreign"}, Case{"{{ range .Items }}", "foreign"},
                                           Case{"{{ lookup('env', 'HOME') }}", "foreign"}, Case{"{{ a.b }}", "foreign"},
                                           Case{"{{ a.b.c.d }}", "foreign"}, Case{"{{\nName\n}}", "foreign"},
                                           Case{"{{ \xC3\xA4 }}", "foreign"}, Case{"{{ resolve:ssm:x }}", "foreign"}));

std::vector<std::string> texts(std::string_view text) {
  std::vector<std::string> result;
  for (const Reference& reference : find_references(text))
    result.push_back(reference.text);
  return result;
}

TEST(FindReferences, FindsSeveralInOneText_CHAIN_13) {
  EXPECT_THAT(texts("a {{ One }}{{Two}} }} {{ x {{ Three }} }} {{"),
              ::testing::ElementsAre("{{ One }}", "{{Two}}", "{{ Three }}"));
  EXPECT_THAT(texts("{{{ One }}}"), ::testing::ElementsAre("{{ One }}"));
  EXPECT_THAT(texts("{{{{ One }}}}"), ::testing::ElementsAre("{{ One }}"));
  EXPECT_THAT(texts("{ { One } } {{ x } } }} "), ::testing::ElementsAre("{{ x } } }}"));
  EXPECT_THAT(texts(""), ::testing::IsEmpty());
  EXPECT_THAT(texts("{{"), ::testing::IsEmpty());
  EXPECT_THAT(texts("}}{{"), ::testing::IsEmpty());
}

TEST(Substitute, ReplacesOnceAndNeverLooksAtValues_VAR_10_D_3) {
  const auto resolve = [](const Reference& reference) -> std::optional<std::string> {
    const auto* variable = std::get_if<VariableReference>(&reference.form);
    if (variable == nullptr) return std::nullopt;
    return variable->name == "One" ? "{{ Two }}" : "<" + variable->name + ">";
  };
  EXPECT_EQ(substitute("a {{ One }} {{Two}} {{.Go}} ${X} $(y) {{ a.b }}", resolve),
            "a {{ Two }} <Two> {{.Go}} ${X} $(y) {{ a.b }}");
  EXPECT_EQ(substitute("", resolve), "");
}

TEST(Substitute, PassesFailuresOfTheResolverOn) {
  EXPECT_THROW(static_cast<void>(substitute(
                   "{{ X }}", [](const Reference&) -> std::optional<std::string> { throw std::runtime_error("no"); })),
               std::runtime_error);
}

TEST(FindReferences, TakesLinearTime) {
  for (const std::string unit : {"{{", "}}", "{", "{{ a ", "{{a}}", "{{ a.b.c.d.", ".", "{{ aws:ssm:", " "}) {
    std::string text = "{{ ";
    while (text.size() < 1'000'000)
      text += unit;
    const std::clock_t begin = std::clock();  // of this process: other load does not count
    static_cast<void>(find_references(text + "}}"));
    EXPECT_LT(std::clock() - begin, 2 * CLOCKS_PER_SEC) << unit;
  }
}

}  // namespace
}  // namespace ibtest
