#include "actions/files/text_encoding.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ibtest {
namespace {

using std::string_literals::operator""s;

TEST(TextEncoding, KnowsTheNamesWithoutLetterCase_ENC_1) {
  for (const auto name : encoding_names)
    EXPECT_TRUE(encoding_from_name(name)) << name;
  EXPECT_EQ(encoding_from_name("UTF-8"), TextEncoding::utf8);
  EXPECT_EQ(encoding_from_name("utf16"), TextEncoding::utf16_le);
  EXPECT_EQ(encoding_from_name("utf-16"), TextEncoding::utf16_le);
  EXPECT_EQ(encoding_from_name("utf16-LE"), TextEncoding::utf16_le);
  EXPECT_EQ(encoding_from_name("utf-16-BE"), TextEncoding::utf16_be);
  EXPECT_EQ(encoding_from_name("utf32"), TextEncoding::utf32_le);
  EXPECT_EQ(encoding_from_name("utf-32-LE"), TextEncoding::utf32_le);
  EXPECT_EQ(encoding_from_name("UTF32-be"), TextEncoding::utf32_be);
  for (const auto* name : {"", "latin1", "utf", "utf8-LE", "utf-16LE", "u-t-f-8", " utf8"}) {
    EXPECT_EQ(encoding_from_name(name), std::nullopt) << name;
  }
}

TEST(TextEncoding, WritesNoByteOrderMark_ENC_2) {
  const auto text = "a\u20ac\U0001F600"s;
  EXPECT_EQ(encode_text(text, TextEncoding::utf8), text);
  EXPECT_EQ(encode_text(text, TextEncoding::utf16_le), "a\0\xac\x20\x3d\xd8\x00\xde"s);
  EXPECT_EQ(encode_text(text, TextEncoding::utf16_be), "\0a\x20\xac\xd8\x3d\xde\x00"s);
  EXPECT_EQ(encode_text(text, TextEncoding::utf32_le), "a\0\0\0\xac\x20\0\0\x00\xf6\x01\0"s);
  EXPECT_EQ(encode_text(text, TextEncoding::utf32_be), "\0\0\0a\0\0\x20\xac\0\x01\xf6\x00"s);
}

TEST(TextEncoding, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(encode_text("\xff", TextEncoding::utf16_be), "\xff\xfd");
  EXPECT_EQ(encode_text("\xff", TextEncoding::utf8), "\xff");
}

}  // namespace
}  // namespace ibtest
