#include "agent/document/yaml_tree.hpp"

#include <gtest/gtest.h>

#include "agent/document/scalar_source.hpp"
#include "source_test.hpp"

namespace ibtest {
namespace {

using testing::codes;
using testing::place;
using testing::source;

YamlNode tree(const std::string& text) {
  YamlResult result = parse_yaml(source(text));
  EXPECT_TRUE(result.diagnostics.empty()) << (result.diagnostics.empty() ? "" : result.diagnostics.front().message);
  return result.root ? std::move(*result.root) : YamlNode{};
}

std::string source_of(const YamlNode& node, const std::string& text) {
  return text.substr(node.range.begin.offset, node.range.end.offset - node.range.begin.offset);
}

TEST(YamlTree, KeepsTheSourceTextOfScalars_GEN_6_STEP_8) {
  const YamlNode root = tree("a: 0700\nb: 1.10\nc: yes\nd: ~\ne: null\nf: ''\ng:\nh: '~'\n");
  EXPECT_EQ(root.find("a")->text, "0700");
  EXPECT_EQ(root.find("b")->text, "1.10");
  EXPECT_EQ(root.find("c")->text, "yes");
  EXPECT_TRUE(root.find("d")->is_null());
  EXPECT_TRUE(root.find("e")->is_null());
  EXPECT_TRUE(root.find("f")->is_scalar());
  EXPECT_TRUE(root.find("g")->is_null());
  EXPECT_EQ(root.find("h")->text, "~");
  EXPECT_EQ(root.find("missing"), nullptr);
}

TEST(YamlTree, KnowsWhereScalarsBeginAndEnd) {
  const std::string text =
      "plain: two words # comment\nsingle: 'it''s'\ndouble: \"a \\\" b\"\nmulti: one\n  two\n\n  three\n"
      "block: |\n  x\n\n  y\nflow: [a, {b: c}, 'd,e' ] # x\ntagged: &id !!str value\nempty: []\n";
  const YamlNode root = tree(text + "use: *id\n");
  EXPECT_EQ(source_of(*root.find("plain"), text), "two words");
  EXPECT_EQ(source_of(*root.find("single"), text), "'it''s'");
  EXPECT_EQ(root.find("single")->text, "it's");
  EXPECT_EQ(source_of(*root.find("double"), text), "\"a \\\" b\"");
  EXPECT_EQ(source_of(*root.find("multi"), text), "one\n  two\n\n  three");
  EXPECT_EQ(root.find("multi")->text, "one two\nthree");
  EXPECT_EQ(source_of(*root.find("block"), text), "|\n  x\n\n  y");
  EXPECT_EQ(source_of(*root.find("flow"), text), "[a, {b: c}, 'd,e' ]");
  EXPECT_EQ(source_of(*root.find("tagged"), text), "value");
  EXPECT_EQ(root.find("tagged")->tag, "!!str");
  EXPECT_EQ(source_of(*root.find("empty"), text), "[]");
  EXPECT_EQ(root.find("use")->text, "value");
}

struct PlaceCase {
  std::string name;
  std::string yaml;  ///< the value of `key`
  std::size_t expected_line;
  std::size_t expected_column;
};

std::string place_name(const ::testing::TestParamInfo<PlaceCase>& info) {
  return info.param.name;
}

class PositionIn : public ::testing::TestWithParam<PlaceCase> {};

TEST_P(PositionIn, FindsAWordOfTheTextInTheSource) {
  const auto document = source("key: " + GetParam().yaml + "\nlast: x\n");
  const YamlResult result = parse_yaml(document);
  ASSERT_TRUE(result.root);
  const YamlNode& scalar = *result.root->find("key");
  const std::size_t offset = scalar.text.find("MARK");
  ASSERT_NE(offset, std::string::npos) << scalar.text;
  const SourcePosition position = position_in(scalar, offset, *document);
  EXPECT_EQ(document->text().substr(position.offset, 4), "MARK");
  EXPECT_EQ(position.line, GetParam().expected_line);
  EXPECT_EQ(position.column, GetParam().expected_column);
}

INSTANTIATE_TEST_SUITE_P(Styles, PositionIn,
                         ::testing::Values(PlaceCase{"Plain", "a MARK", 1, 8},
                                           PlaceCase{"PlainLines", "a\n  b\n\n   MARK", 4, 4},
                                           PlaceCase{"Single", "'it''s ''MARK'", 1, 15},
                                           PlaceCase{"Double", "\"\\u00e9\\t \\\\ MARK\"", 1, 19},
                                           PlaceCase{"DoubleLines", "\"a \\\n   b\\x41\n\n   MARK\"", 4, 4},
                                           PlaceCase{"Literal", "|\n  a\n\n    MARK", 4, 5},
                                           PlaceCase{"LiteralIndented", "|2-\n    a\n   MARK", 3, 4},
                                           PlaceCase{"LiteralComment", "| # MARK not here\n  a\n  MARK", 3, 3},
                                           PlaceCase{"Folded", ">\n  a\n  b\n  c MARK", 4, 5},
                                           PlaceCase{"FoldedKept", ">+\n\n  a\n\n   b\n  MARK\n\n", 6, 3},
                                           PlaceCase{"Wide", "'\xE4\xB8\xAD\xC3\xA4 MARK'", 1, 10}),
                         place_name);

TEST(ScalarPositions, PlaceBlanksWhereTheyStand) {
  const std::vector<std::string> values = {
      "|\n    a\n\n      b  c\n    \td\n",         // indentation of its own behind that which YAML takes away
      "\"a\\n\\n  b  c\\n\\td \\ud83d\\ude00e\"",  // as JSON has it
      "'a  b'",
      "|\r\n    a\r\n      b\r\n",
  };
  for (const std::string& value : values) {
    const auto written = source("key: " + value);
    YamlNode scalar;
    scalar.kind = YamlNode::Kind::scalar;
    scalar.style = scalar_style(written->text(), 5);
    scalar.range = written->range(5, written->text().size());
    scalar.text = value[0] == '"' ? "a\n\n  b  c\n\td \xF0\x9F\x98\x80"
                                    "e"
                                  : tree("key: " + value).find("key")->text;
    const ScalarPositions positions(scalar, *written);
    for (std::size_t offset = 0; offset + 1 < scalar.text.size(); ++offset) {
      const char expected = scalar.text[offset];
      const std::size_t place = positions.at(offset).offset;
      if (static_cast<unsigned char>(expected) >= 0x80) continue;
      if (written->text()[place] == '\\') {
        EXPECT_EQ(read_escape(written->text(), place)->value, static_cast<char32_t>(expected)) << value << offset;
      } else {
        EXPECT_EQ(written->text()[place], expected) << value << " at " << offset;
      }
    }
    const std::size_t first = scalar.text.find('b');
    EXPECT_EQ(positions.verbatim(first, first + 1), written->text().find('b', 6)) << value;
    EXPECT_EQ(positions.verbatim(0, scalar.text.size() - 1).has_value(), value[0] == '\'') << value;
  }
}

TEST(YamlTree, AcceptsByteOrderMarkAndCrlf_DOC_1) {
  const auto document = source("\xEF\xBB\xBFkey: |\r\n  a\r\n  b\r\nnext: x\r\n");
  const YamlResult result = parse_yaml(document);
  ASSERT_TRUE(result.root);
  EXPECT_TRUE(result.diagnostics.empty());
  EXPECT_EQ(result.root->find("key")->text, "a\nb\n");
  EXPECT_EQ(position_in(*result.root->find("key"), 2, *document), (SourcePosition{18, 3, 3}));
  EXPECT_EQ(result.root->entries.front().key.range.begin, (SourcePosition{3, 1, 1}));
}

TEST(YamlTree, AppliesAliasesAndMergeKeys_DOC_4) {
  const YamlNode root = tree(
      "base: &base { a: 1, b: 2 }\nother: &other { b: 3, c: 4 }\nnew: { <<: [*base, *other], a: 0 }\nplain: { '<<': x "
      "}\n");
  const YamlNode& merged = *root.find("new");
  EXPECT_EQ(merged.find("a")->text, "0");
  EXPECT_EQ(merged.find("b")->text, "2");
  EXPECT_EQ(merged.find("c")->text, "4");
  EXPECT_EQ(merged.entries.size(), 3U);
  EXPECT_EQ(root.find("plain")->find("<<")->text, "x");
}

TEST(YamlTree, PlacesEmptyValuesAtTheirDashOrKey) {
  const YamlResult result = parse_yaml(source("a:\n  - x # -\n  - # y - z\n  -\n\nb:\n\n\nc: ~\n"));
  ASSERT_TRUE(result.root);
  const YamlNode& list = *result.root->find("a");
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list.items[1].range.begin.line, 3U);
  EXPECT_EQ(list.items[1].range.begin.column, 3U);
  EXPECT_EQ(list.items[2].range.begin.line, 4U);
  EXPECT_EQ(result.root->find("b")->range.begin.line, 6U);
  EXPECT_EQ(result.root->find("c")->range.begin.column, 4U);
}

TEST(YamlTree, GoesOnAfterAnUnquotedReference_GOTCHA_20) {
  const YamlResult result = parse_yaml(source("a: {{ Name }}\nb: [ {{ x.y }}, z ]\nc: 1\nc: 2\n"));
  ASSERT_TRUE(result.root);
  EXPECT_EQ(codes(result.diagnostics),
            (std::vector<std::string>{"unquoted-reference", "unquoted-reference", "duplicate-key"}));
  EXPECT_EQ(result.root->find("a")->text, "{{ Name }}");
  EXPECT_EQ(result.root->find("b")->items.at(0).text, "{{ x.y }}");
  EXPECT_EQ(result.root->find("b")->items.at(1).text, "z");
}

TEST(YamlTree, FindsDuplicateKeysWhateverTheirQuotes_DOC_4_GEN_10_D_11) {
  const YamlResult result = parse_yaml(source("a: 1\n'a': 2\n\"\\x61\": 3\nb: { c: 1, c: 2 }\n"));
  EXPECT_EQ(codes(result.diagnostics), (std::vector<std::string>{"duplicate-key", "duplicate-key", "duplicate-key"}));
  EXPECT_EQ(place(result.diagnostics[2]), "4:12");
}

}  // namespace
}  // namespace ibtest
