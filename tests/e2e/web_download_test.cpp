#include "tests/e2e/run_fixture.hpp"
#include "tests/servers/web_server.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class WebDownloadRun : public RunTest {};

// Section 8.3: the target's places for certificate authorities are hidden; those of the runner come from its own
// environment, which steps do not see.
TEST_F(WebDownloadRun, TakesTheCertificateAuthoritiesOfTheHostWhereTheTargetHasNone) {
  const test::WebServer server(folder_ / "server");
  ASSERT_TRUE(server.runs());
  write("get.yml",
        "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n      - name: Get\n        action: WebDownload\n"
        "        inputs:\n          - source: " +
            server.https() + "/files/a.txt\n            destination: " + (folder_ / "got").string() + "\n");
  const std::string command = "mount -t tmpfs none /etc/ssl && exec " + std::string(IBTEST_BIN) +
                              "/ibtest run get.yml --target local --i-know-this-changes-my-machine";
  const std::vector<std::string> isolated = {"unshare", "-m", "sh", "-c", command};
  const auto without = Program(folder_, isolated, {}).wait();
  EXPECT_EQ(without.status, 1);
  EXPECT_THAT(log("console.log"), HasSubstr("install the package ca-certificates"));

  const auto result = Program(folder_, isolated, {"SSL_CERT_FILE=" + server.authority_file()}).wait();
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(content("got"), "content of a\n");
  EXPECT_THAT(result.errors, HasSubstr("using the one of the machine that ibtest runs on"));
}

}  // namespace
}  // namespace ibtest
