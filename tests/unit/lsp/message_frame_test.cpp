#include "runner/lsp/message_frame.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

/// What a reader makes of a stream that comes in pieces of that size.
std::vector<std::string> read(const std::string& stream, std::size_t piece) {
  FrameReader reader;
  std::vector<std::string> result;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.feed(std::string_view(stream).substr(at, piece));
    while (const auto frame = reader.next())
      result.push_back(frame->kind == ReceivedFrame::Kind::message     ? frame->content
                       : frame->kind == ReceivedFrame::Kind::malformed ? "malformed"
                                                                       : "too large");
  }
  return result;
}

using Frames = std::vector<std::string>;

TEST(MessageFrame, IsReadInPiecesOfAnySize) {
  const std::string stream =
      framed("{\"a\":1}") + "content-type: x\r\nCONTENT-LENGTH:  2 \r\n\r\nhi" + framed("") + framed("\r\n\r\n");
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U})
    EXPECT_EQ(read(stream, piece), (Frames{"{\"a\":1}", "hi", "", "\r\n\r\n"})) << piece;
}

TEST(MessageFrame, GoesOnAfterHeadersWithoutALength) {
  for (const char* headers : {"Content-Type: x", "Content-Length: -1", "Content-Length: 1x", "Content-Length: ",
                              "Content-Length: 99999999999999999999999", "garbage", "Content-Length 5"}) {
    for (const std::size_t piece : {1U, 1000U})
      EXPECT_EQ(read(std::string(headers) + "\r\n\r\nlost" + framed("found"), piece), (Frames{"malformed", "found"}))
          << headers;
  }
  EXPECT_EQ(read("Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 1000).front(), "malformed");
  EXPECT_EQ(read(std::string(100'000, 'x') + framed("found"), 1000), (Frames{"malformed", "found"}));
}

TEST(MessageFrame, SkipsWhatIsTooLarge) {
  const std::string body(most_message_bytes + 1, 'x');
  EXPECT_EQ(read(framed(body) + framed("next"), 1U << 20U), (Frames{"too large", "next"}));
}

}  // namespace
}  // namespace ibtest
