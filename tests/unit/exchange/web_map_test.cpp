// Files of this machine in the place of downloads: section 8.3 of the module specification.
#include "runner/exchange/web_map.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/journal/temporary_folder.hpp"

namespace ibtest {
namespace {

using testing::HasSubstr;

class KeptStream final : public ExchangeStream {
 public:
  void announce(std::uint64_t size) override { announced = size; }
  void send(std::string_view bytes) override { sent += bytes; }
  std::optional<std::string> receive() override { return std::nullopt; }
  [[nodiscard]] bool cancelled() const override { return false; }
  std::string sent;
  std::uint64_t announced = 0;
};

class WebMapTest : public testing::Test {
 protected:
  WebMapTest() {
    std::filesystem::create_directories(folder_.path() / "mirror" / "sub");
    write("agent.rpm", "agent");
    write("mirror/a b.txt", "blank");
    write("mirror/sub/c", "deep");
    write("secret", "secret");
    options_.map = {{"https://example.com/agent.rpm?v=1", folder_.path() / "agent.rpm"},
                    {"https://example.com/files/", folder_.path() / "mirror"},
                    {"https://example.com/files/sub/", folder_.path()},
                    {"https://example.com/gone", folder_.path() / "gone"}};
  }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_.path() / name) << content;
  }
  /// The content, "(download)" for what is not on the map, or why there is none.
  std::string get(const std::string& url) {
    KeptStream stream;
    try {
      const auto answer = WebMap(options_).answer({{"ask", "web-get"}, {"url", url}}, stream);
      if (!answer.at("mapped").get<bool>()) return "(download)";
      EXPECT_EQ(answer.at("size"), stream.sent.size());
      EXPECT_EQ(stream.announced, stream.sent.size());
    } catch (const ExchangeFailure& failure) {
      return failure.what();
    }
    return stream.sent;
  }

  TemporaryFolder folder_;
  WebMapOptions options_;
};

TEST_F(WebMapTest, ServesUrlsAndWhatIsBelowThem) {
  EXPECT_EQ(get("https://example.com/agent.rpm?v=1"), "agent");
  EXPECT_EQ(get("https://user:password@example.com/agent.rpm?v=1#part"), "agent");
  EXPECT_EQ(get("https://example.com/files/a%20b.txt?token=x/y"), "blank");
  EXPECT_EQ(get("https://example.com/files/sub/agent.rpm"), "agent") << "the longest URL counts";
}

TEST_F(WebMapTest, LeavesOthersToTheNetworkUnlessOffline) {
  for (const char* other : {"https://example.com/agent.rpm", "http://example.com/files/c", "https://example.com/",
                            "https://other.example/files/c", "not a url"})
    EXPECT_EQ(get(other), "(download)") << other;
  options_.offline = true;
  EXPECT_THAT(get("https://example.com/agent.rpm"),
              HasSubstr("--web-offline; --web-map https://example.com/agent.rpm=FILE serves it"));
  EXPECT_EQ(get("https://example.com/agent.rpm?v=1"), "agent");
}

TEST_F(WebMapTest, SaysWhichFileIsNotThere) {
  EXPECT_EQ(get("https://example.com/gone"),
            "there is no file " + (folder_.path() / "gone").string() + ", which --web-map gives for it");
  EXPECT_THAT(get("https://example.com/files/"), HasSubstr("there is no file"));
}

TEST_F(WebMapTest, NeverLeavesItsFolder) {
  for (const char* url : {"https://example.com/files/..%2fsecret", "https://example.com/files/x/%2e%2e%2f..%2fsecret",
                          "https://example.com/files/%2fetc%2fpasswd"})
    EXPECT_THAT(get(url), HasSubstr("leads out of the folder")) << url;
  EXPECT_EQ(get("https://example.com/files/../secret"), "(download)") << "a path that is shorter in truth";
}

TEST(MappedUrl, IsEmptyForWhatIsNoWebUrl) {
  EXPECT_EQ(mapped_url("ftp://example.com/a"), "");
  EXPECT_EQ(mapped_url("example.com/a"), "");
  EXPECT_EQ(mapped_url("https://example.com"), "https://example.com/");
  EXPECT_EQ(mapped_url("https://example.com/a@b?c@d"), "https://example.com/a@b?c@d");
}

}  // namespace
}  // namespace ibtest
