#include "agent/protocol/exchange_frame.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using Kind = ExchangeFrame::Kind;

std::vector<ExchangeFrame> samples() {
  return {
      {.exchange = 1, .kind = Kind::ask, .content = {{"ask", "s3-get"}, {"bucket", "b"}, {"key", "a \"b\" €"}}},
      {.exchange = 1, .kind = Kind::data, .bytes = std::string("\0\xff line\n", 8)},
      {.exchange = 1, .kind = Kind::data, .bytes = ""},
      {.exchange = 18446744073709551615U, .kind = Kind::more, .count = 16},
      {.exchange = 2, .kind = Kind::size, .count = 2147483648U},
      {.exchange = 1, .kind = Kind::end, .content = nlohmann::json::object()},
      {.exchange = 2, .kind = Kind::end, .content = {{"error", "AccessDenied"}}},
      {.exchange = 3, .kind = Kind::cancel},
  };
}

TEST(ExchangeFrame, LinesAreAsInTheGoldenFile) {
  std::string lines;
  for (const auto& frame : samples())
    lines += encode(frame) + "\n";
  const auto path = std::filesystem::path(IBTEST_FIXTURES) / "protocol" / "v1" / "exchanges.stream";
  if (std::getenv("IBTEST_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << lines;
  std::ifstream file(path, std::ios::binary);
  EXPECT_EQ(lines, std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST(ExchangeFrame, DecodedFramesAreWhatWasEncoded) {
  for (const auto& frame : samples()) {
    const auto line = encode(frame);
    EXPECT_TRUE(is_exchange_line(line));
    EXPECT_TRUE(nlohmann::json::accept(line.substr(0, line.find('\n')))) << line;
    const auto decoded = decode_exchange_frame(line);
    EXPECT_EQ(decoded.bytes, frame.bytes);
    EXPECT_EQ(encode(decoded), line);
  }
}

TEST(ExchangeFrame, RefusesEverythingElse) {
  const std::string too_long =
      encode({.exchange = 1, .kind = Kind::data, .bytes = std::string(exchange_piece + 1, 'x')});
  for (const auto& line :
       std::vector<std::string>{R"({"x":1})", R"({"x":-1,"more":1})", R"({"x":1,"more":"1"})", R"({"x":1,"ask":[]})",
                                R"({"x":1,"end":null})", R"({"x":1,"bytes":2})", "{\"x\":1,\"bytes\":2}\na",
                                "{\"x\":1,\"bytes\":2}\nabc", "{\"x\":1,\"bytes\":-1}\n", R"({"x":)", too_long}) {
    EXPECT_THROW((void)decode_exchange_frame(line), Fault) << line.substr(0, 100);
  }
}

}  // namespace
}  // namespace ibtest
