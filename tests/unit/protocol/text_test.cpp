#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "agent/protocol/json_text.hpp"
#include "agent/protocol/utf8.hpp"
#include "agent/protocol/value_mask.hpp"

namespace ibtest {
namespace {

struct Utf8Case {
  std::string bytes;
  std::string valid;
};
const std::vector<Utf8Case> utf8_cases = {
    {"", ""},
    {"plain", "plain"},
    {"ä€😀", "ä€😀"},
    {"\xF4\x8F\xBF\xBF", "\U0010FFFF"},
    {"\xff", "\uFFFD"},
    {"a\x80"
     "b",
     "a\uFFFDb"},
    {"\xC0\x80", "\uFFFD\uFFFD"},                      // overlong NUL
    {"\xE0\x80\x80", "\uFFFD\uFFFD\uFFFD"},            // overlong
    {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},            // surrogate
    {"\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},  // above U+10FFFF
    {"\xE2\x82", "\uFFFD\uFFFD"},                      // cut at the end
    {"\xE2\x82z", "\uFFFD\uFFFDz"},
    {"\xE2\xE2\x82\xAC", "\uFFFD€"},
    {"\xF0\x9F\x98\xC3\xA4", "\uFFFD\uFFFD\uFFFDä"},
};

TEST(Utf8, ReplacesEachInvalidByte_OUT_11) {
  for (const auto& test : utf8_cases) {
    EXPECT_EQ(to_valid_utf8(test.bytes), test.valid);
    EXPECT_EQ(is_valid_utf8(test.bytes), test.bytes == test.valid);
  }
}

TEST(Utf8Sanitizer, GivesTheSameWhereverTheTextIsCut) {
  for (const auto& test : utf8_cases) {
    for (std::size_t first = 0; first <= test.bytes.size(); ++first) {
      for (std::size_t second = first; second <= test.bytes.size(); ++second) {
        Utf8Sanitizer sanitizer;
        std::string output;
        sanitizer.feed(std::string_view(test.bytes).substr(0, first), output);
        sanitizer.feed(std::string_view(test.bytes).substr(first, second - first), output);
        sanitizer.feed(std::string_view(test.bytes).substr(second), output);
        EXPECT_TRUE(is_valid_utf8(output));
        sanitizer.finish(output);
        EXPECT_EQ(output, test.valid) << first << ' ' << second;
      }
    }
  }
}

TEST(JsonText, IsReadBackAsTheSameText) {
  std::string every_byte;
  for (int byte = 0; byte < 128; ++byte)
    every_byte += static_cast<char>(byte);
  // Awkward characters at every place of the eight bytes looked at together.
  for (std::size_t shift = 0; shift < 9; ++shift) {
    for (const std::string awkward : {"\"", "\\", "\n", "\x01", "<", "&", "ä", "😀", "\u2028"}) {
      const auto text = std::string(shift, 'x') + awkward + every_byte + std::string(shift, 'y');
      std::string minimal;
      append_json_string(minimal, text);
      EXPECT_EQ(nlohmann::json::parse(minimal).get<std::string>(), text);
      std::string html = "\"";
      escape_json(text, JsonEscaping::html, [&html](std::string_view piece) { html += piece; });
      html += '"';
      EXPECT_EQ(nlohmann::json::parse(html).get<std::string>(), text);
    }
  }
}

TEST(JsonText, EscapesAsGoDoesInResultFiles_LOG_13) {
  std::string text;
  escape_json("<a href=\"x\">&\n\t\r\b\f\x1f\x7f\u2028\u2029\xff", JsonEscaping::html,
              [&text](std::string_view piece) { text += piece; });
  EXPECT_EQ(text, "\\u003ca href=\\\"x\\\"\\u003e\\u0026\\n\\t\\r\\u0008\\u000c\\u001f\x7f\\u2028\\u2029\\ufffd");
}

TEST(ValueMask, HidesValuesAndTheirLines_D_19) {
  ValueMask mask;
  mask.add("s3cret!\nsecond line\r\nno");
  EXPECT_EQ(mask.apply("a s3cret! b, second line, no"), "a *** b, ***, no");
  EXPECT_EQ(mask.apply("s3cret"), "s3cret");
  EXPECT_EQ(mask.apply(""), "");
  mask.add("s3cret!!!");
  EXPECT_EQ(mask.apply("s3cret!!!s3cret!!"), "******!");
}

TEST(ValueMask, LeavesShortWordsAlone) {
  ValueMask mask;
  mask.add("yes");
  mask.add("\n\n");
  EXPECT_TRUE(mask.empty());
  EXPECT_EQ(mask.apply("yes"), "yes");
}

TEST(MaskedStream, FindsValuesThatAreCutAnywhere) {
  ValueMask mask;
  mask.add("s3cret!");
  mask.add("s3cret!!!");
  mask.add("token");
  const std::string text = "xs3cret!y s3cret!!! s3cret!! s3cre to token s3cr";
  const std::string expected = "x***y *** ***! s3cre to *** s3cr";
  EXPECT_EQ(mask.apply(text), expected);
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      MaskedStream stream(mask);
      std::string output;
      stream.feed(text.substr(0, first), output);
      stream.feed(text.substr(first, second - first), output);
      stream.feed(text.substr(second), output);
      stream.finish(output);
      ASSERT_EQ(output, expected) << first << ' ' << second;
    }
  }
}

}  // namespace
}  // namespace ibtest
