#include "agent/protocol/line_buffer.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "agent/protocol/exchange_frame.hpp"

namespace ibtest {
namespace {

std::string data(std::string bytes) {
  return encode({.exchange = 7, .kind = ExchangeFrame::Kind::data, .bytes = std::move(bytes)});
}

TEST(LineBuffer, LinesAreTheSameHoweverTheBytesCome) {
  const std::vector<std::string> lines = {"one",    "",          data("\n\n{\"x\":1,\"bytes\":9}\n"),
                                          data(""), "{\"n\":1}", data(std::string(1000, '\0'))};
  std::string stream;
  for (const auto& line : lines)
    stream += line + "\n";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    LineBuffer buffer;
    std::vector<std::string> taken;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      buffer.append(std::string_view(stream).substr(at, piece));
      while (auto line = buffer.take_line())
        taken.push_back(std::move(*line));
    }
    ASSERT_EQ(taken, lines) << "in pieces of " << piece;
    EXPECT_EQ(buffer.waiting(), 0U);

    std::vector<std::string> put;
    for (std::size_t at = 0; at < stream.size();) {
      const auto space = buffer.space();
      const std::size_t size = std::min({piece, space.size(), stream.size() - at});
      std::copy_n(stream.begin() + static_cast<std::ptrdiff_t>(at), size, space.begin());
      buffer.received(size);
      at += size;
      while (auto line = buffer.take_line())
        put.push_back(std::move(*line));
    }
    ASSERT_EQ(put, lines) << "put in pieces of " << piece;
  }
}

TEST(LineBuffer, HandsOutTheRestOfAStreamThatEnded) {
  LineBuffer buffer;
  buffer.append("whole\nhalf");
  EXPECT_EQ(buffer.take_line(), "whole");
  EXPECT_EQ(buffer.take_line(), std::nullopt);
  EXPECT_EQ(buffer.take_rest(), "half");
  EXPECT_EQ(buffer.take_rest(), std::nullopt);
  const auto cut_off = data("abc");
  buffer.append(std::string_view(cut_off).substr(0, cut_off.size() - 1));
  EXPECT_EQ(buffer.take_line(), std::nullopt);
  EXPECT_EQ(buffer.take_rest(), cut_off.substr(0, cut_off.size() - 1));
  buffer.append("next\n");
  EXPECT_EQ(buffer.take_line(), "next");
}

TEST(LineBuffer, MoreBytesThanAFrameMayHaveAreNoData) {
  LineBuffer buffer;
  buffer.append("{\"x\":1,\"bytes\":99999999999}\nnext\n");
  EXPECT_EQ(buffer.take_line(), "{\"x\":1,\"bytes\":99999999999}");
  EXPECT_EQ(buffer.take_line(), "next");
}

}  // namespace
}  // namespace ibtest
