#include "runner/lsp/text_positions.hpp"

#include <gtest/gtest.h>

#include "runner/lsp/document_uri.hpp"

namespace ibtest {
namespace {

// One character of each length: 1, 2, 3 and 4 bytes, the last of them two code units of UTF-16.
const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z\r\nb\rc\n";

TEST(TextPositions, CountCodeUnitsOfUtf16) {
  const TextPositions positions(text, PositionEncoding::utf16);
  const std::vector<std::pair<std::size_t, ProtocolPosition>> places = {{0, {0, 0}},  {1, {0, 1}},  {3, {0, 2}},
                                                                        {6, {0, 3}},  {10, {0, 5}}, {11, {0, 6}},
                                                                        {13, {1, 0}}, {15, {2, 0}}, {17, {3, 0}}};
  for (const auto& [offset, place] : places) {
    EXPECT_EQ(positions.position(offset), place) << offset;
    EXPECT_EQ(positions.offset(place), offset);
  }
}

TEST(TextPositions, CountBytesWhereTheClientWantsIt) {
  const TextPositions positions(text, PositionEncoding::utf8);
  EXPECT_EQ(positions.position(10), (ProtocolPosition{0, 10}));
  EXPECT_EQ(positions.offset({0, 10}), 10U);
  EXPECT_EQ(positions.offset({0, 8}), 6U);  // inside a character
}

TEST(TextPositions, TakePlacesThatDoNotExist) {
  const TextPositions positions(text, PositionEncoding::utf16);
  EXPECT_EQ(positions.offset({0, 4}), 6U);  // between two halves of a character
  EXPECT_EQ(positions.offset({0, 99}), 11U);
  EXPECT_EQ(positions.offset({99, 0}), text.size());
  EXPECT_EQ(positions.position(999), (ProtocolPosition{3, 0}));
  EXPECT_EQ(TextPositions("", PositionEncoding::utf16).position(0), (ProtocolPosition{0, 0}));
}

TEST(DocumentUri, IsDecoded) {
  EXPECT_EQ(path_of_uri("file:///a%20b/%C3%A9.yml"), "/a b/\xC3\xA9.yml");
  EXPECT_EQ(path_of_uri("file://localhost/a/../b.yml"), "/b.yml");
  for (const char* uri :
       {"untitled:Untitled-1", "file://server/a.yml", "file:///a%2", "file:///a%zz", "file:///a%00", ""})
    EXPECT_FALSE(path_of_uri(uri)) << uri;
}

}  // namespace
}  // namespace ibtest
