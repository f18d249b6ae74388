// WebDownload against nginx, through tinyproxy where a proxy is asked for.
#include <fstream>
#include <future>
#include <memory>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/servers/web_server.hpp"
#include "tests/unit/actions/test_context.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Outcome = ActionResult::Outcome;
using Json = nlohmann::ordered_json;

const std::string content = "content of a\n";

class WebDownload : public ModuleTest {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    server_ = std::make_unique<test::WebServer>(folder_->path());
    ASSERT_TRUE(server_->runs()) << read_file(folder_->path() / "nginx.out");
  }
  static void TearDownTestSuite() {
    server_.reset();
    folder_.reset();
  }

  WebDownload() {
    context_.variables["SSL_CERT_FILE"] = server_->authority_file();
    static_cast<void>(server_->requests());
  }

  ActionResult download(const Json& item) { return run("WebDownload", Json::array({item})); }
  ActionResult download(const std::string& url, const std::string& destination) {
    return download({{"source", url}, {"destination", destination}});
  }
  /// What nginx was asked for in this test.
  static std::vector<std::string> requests() { return server_->requests(); }
  [[nodiscard]] std::vector<std::string> files_in(std::string_view folder) const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(at(folder)))
      names.push_back(entry.path().filename().string());
    return names;
  }
  /// What sha256sum and its sisters say.
  [[nodiscard]] std::string digest_by_tool(const std::string& tool, const std::string& file) {
    const auto output = context_.run_process({.command_line = {tool, file}}).standard_output;
    return output.substr(0, output.find(' '));
  }
  static void expect_failure(const ActionResult& result, const std::string& text) {
    EXPECT_EQ(result.outcome, Outcome::failure);
    EXPECT_THAT(result.error, AllOf(StartsWith("WebDownload: inputs[0]: "), HasSubstr(text)));
    EXPECT_EQ(result.outputs, Json::array());
  }

  static std::unique_ptr<TemporaryFolder> folder_;
  static std::unique_ptr<test::WebServer> server_;
};

std::unique_ptr<TemporaryFolder> WebDownload::folder_;
std::unique_ptr<test::WebServer> WebDownload::server_;

TEST_F(WebDownload, DownloadsToAFileAndMakesItsFolders_WEBDOWNLOAD_1_WEBDOWNLOAD_3_WEBDOWNLOAD_15_WEBDOWNLOAD_16) {
  const auto result = download(server_->http() + "/files/a.txt", at("new/folder/file"));
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(read("new/folder/file"), content);
  EXPECT_EQ(mode_of(at("new/folder/file")), 0644U);
  EXPECT_EQ(result.outputs, Json::array({{{"destination", at("new/folder/file")}}}));
  EXPECT_THAT(files_in("new/folder"), ElementsAre("file"));
}

TEST_F(WebDownload, KeepsTheNameOfTheUrlInAFolder_WEBDOWNLOAD_1_WEBDOWNLOAD_2_WEBDOWNLOAD_16) {
  server_->write("with blank.txt", "b");
  const auto result =
      run("WebDownload", {{{"source", server_->http() + "/files/a.txt?version=1#top"}, {"destination", "d/"}},
                          {{"source", server_->http() + "/files/with%20blank.txt"}, {"destination", at("d/")}},
                          {{"source", server_->http() + "/hop/0"}, {"destination", at("d/")}}});
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(read("work/d/a.txt"), content);
  EXPECT_EQ(read("d/with blank.txt"), "b");
  EXPECT_EQ(read("d/0"), content) << "the name is that of the original URL";
  EXPECT_EQ(result.outputs[0]["destination"], "d/a.txt\n" + at("d/with blank.txt") + "\n" + at("d/0"));
}

TEST_F(WebDownload, RefusesUrlsWithoutAUsableName_WEBDOWNLOAD_2) {
  for (const auto* path : {"/", "/files/", "/files/%2e%2e", "/files/..%2fa", "/files/a%00b"})
    expect_failure(download(server_->http() + path, at("d/")), "give the file name in `destination`");
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(WebDownload, RefusesWhatIsNoWebUrl) {
  expect_failure(download("ftp://127.0.0.1/a", at("a")),
                 "source `ftp://127.0.0.1/a` begins with neither http:// nor https://");
  expect_failure(download("/files/a.txt", at("a")), "is no URL");
  expect_failure(download("http://", at("a")), "is no URL");
  expect_failure(download("file:///etc/passwd", at("a")), "neither http:// nor https://");
}

TEST_F(WebDownload, RefusesAFolderAsFile_WEBDOWNLOAD_1) {
  std::filesystem::create_directory(at("folder"));
  expect_failure(download(server_->http() + "/files/a.txt", at("folder")), "is a folder; end `destination` with `/`");
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(WebDownload, LeavesAnExistingFileAloneWithOverwriteFalse_WEBDOWNLOAD_4) {
  write("x", "old");
  expect_failure(
      download({{"source", server_->http() + "/files/a.txt"}, {"destination", at("x")}, {"overwrite", false}}),
      "exists already, and overwrite is false");
  EXPECT_EQ(read("x"), "old");
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(WebDownload, ReplacesAnExistingFileAndKeepsItsModeAndOwner_WEBDOWNLOAD_15_PERM_5) {
  write("x", "a longer old content than the new one");
  ASSERT_EQ(::chmod(at("x").c_str(), 0750), 0);
  std::filesystem::create_symlink("x", at("link"));
  EXPECT_EQ(download(server_->http() + "/files/a.txt", at("link")).error, "");
  EXPECT_TRUE(std::filesystem::is_symlink(at("link")));
  EXPECT_EQ(read("x"), content);
  EXPECT_EQ(mode_of(at("x")), 0750U);
}

TEST_F(WebDownload, VerifiesAllAlgorithms_WEBDOWNLOAD_6) {
  for (const auto& [algorithm, tool] : std::vector<std::pair<std::string, std::string>>{
           {"MD5", "md5sum"}, {"sha1", "sha1sum"}, {"SHA256", "sha256sum"}, {"Sha512", "sha512sum"}}) {
    auto checksum = digest_by_tool(tool, (server_->files() / "a.txt").string());
    std::ranges::transform(checksum, checksum.begin(), ::toupper);
    const auto result = download({{"source", server_->http() + "/files/a.txt"},
                                  {"destination", at(algorithm)},
                                  {"checksum", checksum},
                                  {"algorithm", algorithm}});
    EXPECT_EQ(result.error, "") << algorithm;
    EXPECT_EQ(read(algorithm), content);
  }
}

TEST_F(WebDownload, TakesNoOtherAlgorithmNames_WEBDOWNLOAD_6) {
  for (const auto* name : {"SHA-256", "sha224", "CRC32"}) {
    expect_failure(download({{"source", server_->http() + "/files/a.txt"},
                             {"destination", at("x")},
                             {"checksum", std::string(64, '0')},
                             {"algorithm", name}}),
                   "is unknown, expected one of MD5, SHA1, SHA256, SHA512");
  }
}

TEST_F(WebDownload, TriesAgainAfterAMismatchAndLeavesNothing_WEBDOWNLOAD_6_WEBDOWNLOAD_8) {
  write("x", "old");
  const auto start = std::chrono::steady_clock::now();
  expect_failure(download({{"source", server_->http() + "/files/a.txt"},
                           {"destination", at("x")},
                           {"checksum", std::string(64, '0')},
                           {"algorithm", "SHA256"}}),
                 "(tried 5 times)");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(15)) << "waits of 1, 2, 4 and 8 s";
  EXPECT_EQ(requests().size(), 5U);
  EXPECT_EQ(context_.warned.size(), 4U);
  EXPECT_THAT(context_.warned.back(), HasSubstr("trying again in 8 s"));
  EXPECT_EQ(read("x"), "old") << "the old file stays";
  EXPECT_THAT(files_in("."), testing::UnorderedElementsAre("x", "work", "logs"));
}

TEST_F(WebDownload, RefusesAChecksumThatNoFileCanHave_WEBDOWNLOAD_6) {
  expect_failure(download({{"source", server_->http() + "/files/a.txt"},
                           {"destination", at("x")},
                           {"checksum", "abc"},
                           {"algorithm", "MD5"}}),
                 "it must have 32 hexadecimal digits");
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(WebDownload, VerifiesNothingWithOnlyOneOfChecksumAndAlgorithm_WEBDOWNLOAD_6) {
  const std::string url = server_->http() + "/files/a.txt";
  EXPECT_EQ(download({{"source", url}, {"destination", at("1")}, {"checksum", "abc"}}).error, "");
  EXPECT_EQ(download({{"source", url}, {"destination", at("2")}, {"algorithm", "MD5"}}).error, "");
}

TEST_F(WebDownload, KeepsAFileThatHasTheChecksumAlready_WEBDOWNLOAD_5_WEBDOWNLOAD_16) {
  write("x", content);
  const auto result = download({{"source", server_->http() + "/files/a.txt"},
                                {"destination", at("x")},
                                {"checksum", digest_by_tool("sha256sum", at("x"))},
                                {"algorithm", "SHA256"}});
  EXPECT_EQ(result.error, "");
  EXPECT_THAT(requests(), IsEmpty());
  EXPECT_EQ(result.outputs[0]["destination"], at("x"));
  write("x", "changed");
  EXPECT_EQ(download({{"source", server_->http() + "/files/a.txt"},
                      {"destination", at("x")},
                      {"checksum", digest_by_tool("sha256sum", (server_->files() / "a.txt").string())},
                      {"algorithm", "SHA256"}})
                .error,
            "");
  EXPECT_EQ(read("x"), content);
}

TEST_F(WebDownload, StoresTheBytesOfTheServerUndecoded_WEBDOWNLOAD_7_WEBDOWNLOAD_11) {
  EXPECT_EQ(download(server_->http() + "/encoded/a.txt", at("x")).error, "");
  EXPECT_EQ(read("x"), content) << "no gzip at all, whatever the server says";
  EXPECT_THAT(requests(), ElementsAre(AllOf(StartsWith("GET /encoded/a.txt 200 identity ibtest/"))));
}

TEST_F(WebDownload, FollowsTenRedirectsAndNoMore_WEBDOWNLOAD_9) {
  EXPECT_EQ(download(server_->http() + "/hop/9", at("x")).error, "");
  EXPECT_EQ(read("x"), content);
  expect_failure(download(server_->http() + "/hop/10", at("y")), "redirects more than 10 times");
  EXPECT_FALSE(exists("y"));
}

TEST_F(WebDownload, FollowsRedirectsBetweenHttpAndHttpsOnly_WEBDOWNLOAD_9) {
  EXPECT_EQ(download(server_->http() + "/to-https/a.txt", at("x")).error, "");
  EXPECT_EQ(download(server_->https() + "/to-http/a.txt", at("y")).error, "");
  EXPECT_EQ(read("x") + read("y"), content + content);
  expect_failure(download(server_->http() + "/to-ftp", at("z")),
                 "following a redirect: `ftp://127.0.0.1/a.txt` begins with neither http:// nor https://");
}

TEST_F(WebDownload, TakesNoOtherStatusThan200_WEBDOWNLOAD_8_WEBDOWNLOAD_10) {
  for (const int status : {204, 206, 401, 403, 404, 410}) {
    expect_failure(download(server_->http() + "/status/" + std::to_string(status), at("x")),
                   "answered with status " + std::to_string(status) + " instead of 200");
  }
  EXPECT_EQ(requests().size(), 6U) << "each at once, without another try";
  EXPECT_FALSE(exists("x"));
}

TEST_F(WebDownload, TriesAgainWhatMayPass_WEBDOWNLOAD_8) {
  for (const int status : {429, 500, 503}) {
    context_.warned.clear();
    context_.stop_after = 15;  // ends the wait for the second try
    expect_failure(download(server_->http() + "/status/" + std::to_string(status), at("x")), std::to_string(status));
    context_.stop_after = -1;
    EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("trying again in 1 s")));
  }
}

TEST_F(WebDownload, SucceedsAtTheSecondTry_WEBDOWNLOAD_8) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "server");
  test::WebServer late(folder.path() / "server", test::WebServer::Start::later);
  auto result = std::async(std::launch::async, [&] { return download(late.http() + "/files/a.txt", at("x")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  late.start();
  EXPECT_EQ(result.get().error, "");
  EXPECT_EQ(read("x"), content);
  EXPECT_THAT(context_.warned, ElementsAre(HasSubstr("trying again in 1 s")));
}

TEST_F(WebDownload, VerifiesTheServer_WEBDOWNLOAD_12) {
  EXPECT_EQ(download(server_->https() + "/files/a.txt", at("x")).error, "");
  expect_failure(download(server_->misnamed_https() + "/files/a.txt", at("y")), "ignoreCertificateErrors");
  context_.variables["SSL_CERT_FILE"] = "/etc/ssl/certs/ca-certificates.crt";
  expect_failure(download(server_->https() + "/files/a.txt", at("y")), "add the server's certificate authority");
  EXPECT_FALSE(exists("y"));
  EXPECT_THAT(context_.warned, IsEmpty()) << "at once, without another try";
}

TEST_F(WebDownload, IgnoresCertificateErrorsWhenAsked_WEBDOWNLOAD_12) {
  context_.variables["SSL_CERT_FILE"] = "/nowhere";
  EXPECT_EQ(download({{"source", server_->misnamed_https() + "/files/a.txt"},
                      {"destination", at("x")},
                      {"ignoreCertificateErrors", "true"}})
                .error,
            "");
  EXPECT_EQ(read("x"), content);
}

TEST_F(WebDownload, NeedsTls12_WEBDOWNLOAD_14) {
  context_.stop_after = 15;  // it is tried again, as other failures to connect
  expect_failure(download(server_->old_https() + "/files/a.txt", at("x")), "SSL");
  EXPECT_FALSE(exists("x"));
}

TEST_F(WebDownload, SendsAndMasksUserAndPassword_WEBDOWNLOAD_14) {
  const std::string host = server_->http().substr(7);
  const auto result = download("http://user:pass%40word@" + host + "/secret/a.txt", at("x"));
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(read("x"), content);
  const auto refused = download("http://user:wrong%40word@" + host + "/secret/a.txt", at("y"));
  expect_failure(refused, "http://***@" + host + "/secret/a.txt: the server answered with status 401");
  for (const auto& line : context_.logged)
    EXPECT_THAT(line, AllOf(Not(HasSubstr("pass")), Not(HasSubstr("word"))));
  EXPECT_THAT(refused.error, Not(HasSubstr("wrong")));
}

TEST_F(WebDownload, UsesTheProxiesOfTheStepsEnvironment_WEBDOWNLOAD_14) {
  const int port = test::free_port();
  std::ofstream(at("proxy.conf")) << "Port " << port << "\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\n"
                                  << "ConnectPort " << server_->https_port() << "\nLogLevel Connect\nLogFile \""
                                  << at("proxy.log") << "\"\n";
  const test::BackgroundProgram proxy({"tinyproxy", "-d", "-c", at("proxy.conf")}, at("proxy.out"));
  ASSERT_TRUE(proxy.listens_at(port)) << read("proxy.out");
  const std::string address = "http://127.0.0.1:" + std::to_string(port);

  context_.variables["HTTPS_PROXY"] = address;
  EXPECT_EQ(download(server_->http() + "/files/a.txt", at("direct")).error, "");
  EXPECT_THAT(read("proxy.log"), Not(HasSubstr("GET http://127.0.0.1")));
  EXPECT_EQ(download(server_->https() + "/files/a.txt", at("tunnel")).error, "");
  EXPECT_THAT(read("proxy.log"), HasSubstr("CONNECT localhost:"));

  context_.variables["http_proxy"] = address;
  EXPECT_EQ(download(server_->http() + "/files/a.txt?proxied", at("proxied")).error, "");
  EXPECT_THAT(read("proxy.log"), HasSubstr("/files/a.txt?proxied"));
  context_.variables["NO_PROXY"] = "example.com,127.0.0.1";
  EXPECT_EQ(download(server_->http() + "/files/a.txt?direct", at("exempt")).error, "");
  EXPECT_THAT(read("proxy.log"), Not(HasSubstr("/files/a.txt?direct")));
}

TEST_F(WebDownload, StopsWithinATransferAndLeavesNothing_GEN_18) {
  server_->write("big", std::string(2'000'000, 'x'));
  context_.stop_after = 20;
  const auto start = std::chrono::steady_clock::now();
  expect_failure(download(server_->http() + "/slow/big", at("d/big")), "the download was stopped");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
  EXPECT_THAT(files_in("d"), IsEmpty());
}

TEST_F(WebDownload, SaysWhatItDoes_GEN_20) {
  EXPECT_EQ(download(server_->http() + "/files/a.txt", at("d/x")).error, "");
  EXPECT_THAT(context_.logged,
              ElementsAre("Starting download", "Source: " + server_->http() + "/files/a.txt, Destination: " + at("d/x"),
                          "Target destination - " + at("d/x"), "Creating directories " + at("d"), "Created directories",
                          "Checking if destination " + at("d/x") + " exists", "Creating file", "Created file",
                          "Received HTTP status code 200 and 13 bytes"));
}

TEST_F(WebDownload, TakesFilesFromTheDevelopersMachine) {
  context_.urls_from_runner = true;
  std::vector<std::string> asked;
  context_.runner = [&asked](const nlohmann::json& question, nlohmann::json& answer) {
    asked.push_back(question["ask"].get<std::string>() + " " + question["url"].get<std::string>());
    answer = {{"mapped", true}, {"size", 6}, {"from", "/here/file"}};
    return std::string("mapped");
  };
  const std::string sha256 = "e7f4bd3ec5b6cd82e4a31dbf2eca48d7a2a5b7a8be1b1fd22d2d2b8a4f2f3c55";
  const auto result = download("https://example.invalid/a.bin?x#y", at("d/"));
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(read("d/a.bin"), "mapped");
  EXPECT_THAT(asked, ElementsAre(StartsWith("web-get https://example.invalid/a.bin?x")));
  EXPECT_THAT(context_.logged, Contains("Took 6 bytes from /here/file (--web-map)"));
  expect_failure(download({{"source", "https://example.invalid/a"},
                           {"destination", at("x")},
                           {"checksum", sha256},
                           {"algorithm", "SHA256"}}),
                 "digest of what was downloaded is");
  EXPECT_EQ(asked.size(), 2U) << "the file of the map will be the same next time";
  EXPECT_FALSE(exists("x"));
}

TEST_F(WebDownload, DownloadsWhatTheDevelopersMachineDoesNotHave) {
  context_.urls_from_runner = true;
  context_.runner = [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
    answer = {{"mapped", false}};
    return std::string();
  };
  EXPECT_EQ(download(server_->http() + "/files/a.txt", at("x")).error, "");
  EXPECT_EQ(read("x"), content);
  context_.runner = [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
    answer["error"] = "downloads are switched off";
    return std::string();
  };
  expect_failure(download(server_->http() + "/files/a.txt", at("y")), "downloads are switched off");
  EXPECT_EQ(requests().size(), 1U);
  context_.runner = [](const nlohmann::json& /*question*/, nlohmann::json& answer) {
    answer = {{"mapped", true}, {"size", 100}};
    return std::string("half");
  };
  expect_failure(download(server_->http() + "/files/a.txt", at("y")), "4 bytes have come of 100");
  EXPECT_FALSE(exists("y"));
}

TEST_F(WebDownload, WritesMountedFilesInPlace_EMU_9) {
  if (!root_or_say_why_not()) return;
  write("source", "a longer old content than the new one");
  write("hosts", "");
  const auto mount = Mount::file_over(at("source"), at("hosts"));
  if (!mount.is_mounted()) return;
  EXPECT_EQ(download(server_->http() + "/files/a.txt", at("hosts")).error, "");
  EXPECT_EQ(read("source"), content);
}

TEST_F(WebDownload, LeavesTheOldFileOnAFullDisk_EMU_16) {
  const auto disk = Mount::small_disk(at("disk"));
  if (!disk.is_mounted()) return;
  server_->write("big", std::string(200'000, 'x'));
  write("disk/old", "keep me");
  expect_failure(download(server_->http() + "/files/big", at("disk/old")), "No space left on device");
  EXPECT_EQ(read("disk/old"), "keep me");
  EXPECT_THAT(files_in("disk"), ElementsAre("old"));
  EXPECT_EQ(requests().size(), 1U) << "WEBDOWNLOAD-8: local errors are not tried again";
}

}  // namespace
}  // namespace ibtest
