#include "agent/protocol/bounded_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace ibtest {
namespace {

TEST(BoundedJson, TakesWhatIsWithinItsBounds) {
  EXPECT_EQ(parse_bounded_json(R"({"a":[1,2.5,null,true,"x"]})", {.depth = 2, .values = 8}).dump(),
            R"({"a":[1,2.5,null,true,"x"]})");
  EXPECT_EQ(parse_bounded_json<nlohmann::ordered_json>(R"({"b":1,"a":2})").dump(), R"({"b":1,"a":2})");
}

TEST(BoundedJson, RefusesWhatIsBeyondThem) {
  EXPECT_TRUE(parse_bounded_json("[[1]]", {.depth = 1, .values = 10}).is_discarded());
  EXPECT_FALSE(parse_bounded_json("[[1]]", {.depth = 2, .values = 3}).is_discarded());
  EXPECT_TRUE(parse_bounded_json("[[1]]", {.depth = 2, .values = 2}).is_discarded());
  EXPECT_TRUE(parse_bounded_json(R"({"a":1})", {.depth = 2, .values = 2}).is_discarded());
  EXPECT_TRUE(parse_bounded_json(std::string(1'000'000, '[')).is_discarded());
  EXPECT_TRUE(parse_bounded_json(std::string(200, '[') + std::string(200, ']') + "x").is_discarded());
  EXPECT_FALSE(parse_bounded_json(std::string(200, '[') + std::string(200, ']')).is_discarded());
  EXPECT_TRUE(parse_bounded_json(std::string(201, '[') + std::string(201, ']')).is_discarded());
}

TEST(BoundedJson, RefusesWhatIsNoJson) {
  for (const char* const text : {"", "{", "[1,]", "{\"a\"}", "nul", "1 2", "\"\xff\""})
    EXPECT_TRUE(parse_bounded_json(text).is_discarded()) << text;
}

}  // namespace
}  // namespace ibtest
