// Exchanges between an agent in a container and ibtest: over a socket that both share, or between the lines of the
// conversation where there is none.

#include "tests/e2e/run_fixture.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

struct Case {
  std::string name;
  std::string image;
  std::vector<std::string> flags;
  bool has_socket;
  bool comma = false;  ///< a folder that no engine can mount
};

class ExchangeRun : public RunTest, public testing::WithParamInterface<Case> {};

// EMU-16: what only this machine has crosses the connection, in both directions, and is the same then.
TEST_P(ExchangeRun, FilesCrossTheConnectionUnchanged_EMU_16) {
  const Case& test = GetParam();
  std::filesystem::create_directories(folder_ / "bucket");
  std::string bytes;
  for (unsigned int i = 0; bytes.size() < 20'000'000; ++i)
    bytes += static_cast<char>((i * 2654435761U) >> 13U);
  write("bucket/there", bytes);
  write("component.yml", R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Get
        action: S3Download
        inputs: [ { source: s3://b/there, destination: /var/tmp/there } ]
      - name: Look
        action: ExecuteBash
        inputs: { commands: [ 'test -S /.ibtest-exchange/exchanges && echo socket || echo none' ] }
      - name: Restart
        action: Reboot
      - name: Put
        action: S3Upload
        inputs: [ { source: /var/tmp/there, destination: s3://b/back } ]
)");
  std::vector<std::string> environment;
  if (test.comma) {
    std::filesystem::create_directories(folder_ / "a,b");
    environment.push_back("TMPDIR=" + (folder_ / "a,b").string());
  }
  std::vector<std::string> arguments = {"run", "component.yml", "--target", test.image, "--s3-map", "b=bucket"};
  arguments.insert(arguments.end(), test.flags.begin(), test.flags.end());
  const auto result = ibtest(arguments, environment);
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_THAT(log("console.log"), HasSubstr(test.has_socket ? "Stdout: socket" : "Stdout: none"));
  EXPECT_TRUE(content("bucket/back") == bytes);
  EXPECT_TRUE(!test.comma || std::filesystem::is_empty(folder_ / "a,b"));
}

INSTANTIATE_TEST_SUITE_P(Ways, ExchangeRun,
                         testing::Values(Case{"socket", "docker:debian:12", {}, true},
                                         Case{"booted", "docker:debian-12", {}, true},
                                         Case{"unmountable", "docker:debian:12", {}, false, true},
                                         Case{"booted_unmountable", "docker:debian-12", {}, false, true},
                                         Case{"may_be_kept", "docker:debian:12", {"--keep", "on-failure"}, false}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace ibtest
