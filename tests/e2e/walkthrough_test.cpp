// Every action module and language feature in one document, on a plain and on a booted image.
#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class WalkthroughTest : public RunTest, public testing::WithParamInterface<const char*> {};

TEST_P(WalkthroughTest, EverythingWorks) {
  std::filesystem::copy(IBTEST_FIXTURES "/walkthrough", folder_, std::filesystem::copy_options::recursive);
  const ProgramResult result =
      ibtest({"run", "everything.yml", "--target", GetParam(), "--values", "values.yml", "--s3-map", "team=bucket",
              "--web-map", "https://example.com/page.html=page.html", "--format", "json"});
  EXPECT_EQ(result.status, 0) << result.errors;
  const json report = json::parse(result.output);
  EXPECT_EQ(report["executedStepCount"], 35) << result.errors;
  EXPECT_EQ(report["ignoredFailedStepCount"], 1);
  EXPECT_EQ(report["skippedStepCount"], 1);
  for (const char* line : {"BashStep | 600 daemon /opt/all/c.txt", "BinaryStep | hello word", "LoopStep | 1 y",
                           "Greet | hello one", "CloudStep | 1.2 eu-west-1", "StatusStep | back", "TestStep | TESTING"})
    EXPECT_THAT(result.errors, HasSubstr(line));
  EXPECT_EQ(content("bucket/out/a.txt"), "one\ntwo\n");
  for (const char* hidden : {"topsecret", "hidden"}) {
    EXPECT_THAT(result.errors, Not(HasSubstr(hidden)));
    EXPECT_THAT(log("events.jsonl"), Not(HasSubstr(std::string(hidden) + "\"")));
  }
}

INSTANTIATE_TEST_SUITE_P(Images, WalkthroughTest, testing::Values("docker:debian:12", "docker:debian-12"),
                         [](const auto& tested) {
                           return std::string(tested.param) == "docker:debian:12" ? "Plain" : "Booted";
                         });

}  // namespace
}  // namespace ibtest
