#include "actions/files/text_decoder.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

using std::string_literals::operator""s;

struct Decoded {
  std::string text;
  std::size_t errors = 0;
  bool operator==(const Decoded&) const = default;
};

/// The text, fed in pieces of that size.
Decoded decode(std::string_view encoding, std::string_view bytes, std::size_t piece) {
  TextDecoder decoder(encoding);
  Decoded decoded;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    decoder.feed(bytes.substr(at, piece), decoded.text);
  decoder.finish(decoded.text);
  decoded.errors = decoder.errors();
  return decoded;
}

TEST(TextDecoder, UndoesWhatTheEncoderDoes_ENC_2) {
  const auto text = "a\u00e4\u20ac\U0001F600\0\n"s;
  for (const auto name : encoding_names) {
    const auto bytes = encode_text(text, *encoding_from_name(name));
    for (std::size_t piece = 1; piece < 9; ++piece)
      EXPECT_EQ(decode(name, bytes, piece), (Decoded{text, 0})) << name << " in pieces of " << piece;
  }
}

TEST(TextDecoder, DropsALeadingMark_ENC_2) {
  for (const auto name : encoding_names) {
    const auto bytes = encode_text("\uFEFFx\uFEFF", *encoding_from_name(name));
    for (const std::size_t piece : {1U, 2U, 3U, 100U})
      EXPECT_EQ(decode(name, bytes, piece), (Decoded{"x\uFEFF", 0})) << name;
    EXPECT_EQ(decode(name, encode_text("\uFEFF", *encoding_from_name(name)), 1), Decoded{}) << name;
    EXPECT_EQ(decode(name, "", 1), Decoded{}) << name;
  }
}

TEST(TextDecoder, LetsAMarkDecideForNamesWithoutOrder_ENC_2) {
  EXPECT_EQ(decode("utf16", "\xfe\xff\0x"s, 1), (Decoded{"x", 0}));
  EXPECT_EQ(decode("UTF-32", "\0\0\xfe\xff\0\0\0x"s, 3), (Decoded{"x", 0}));
  EXPECT_EQ(decode("utf16-LE", "\xfe\xffx\0"s, 1), (Decoded{"\uFFFEx", 0})) << "not a mark in this order";
}

TEST(TextDecoder, ReplacesWhatItCannotDecode_ENC_4) {
  EXPECT_EQ(decode("utf8", "a\xffz\xe2\x82", 1), (Decoded{"a\uFFFDz\uFFFD\uFFFD", 3}));
  EXPECT_EQ(decode("utf8", "\xed\xa0\x80", 3).errors, 3U) << "surrogates";
  EXPECT_EQ(decode("utf16-BE", "\xd8\x3d\0x"s, 1), (Decoded{"\uFFFDx", 1})) << "half of a pair";
  EXPECT_EQ(decode("utf16-BE", "\xde\0\0x"s, 4), (Decoded{"\uFFFDx", 1})) << "the other half";
  EXPECT_EQ(decode("utf16-BE", "\0x\xd8\x3d"s, 3), (Decoded{"x\uFFFD", 1})) << "at the end";
  EXPECT_EQ(decode("utf16", "x\0y"s, 1), (Decoded{"x\uFFFD", 1})) << "half a unit";
  EXPECT_EQ(decode("utf32-BE", "\0\x11\0\0\0\0\xd8\0"s, 5), (Decoded{"\uFFFD\uFFFD", 2}));
}

}  // namespace
}  // namespace ibtest
