// S3Download and S3Upload from the ibtest program to s3rver. The target is this machine: the
// way of the bytes is the same for all targets.
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "tests/e2e/run_fixture.hpp"
#include "tests/servers/recording_proxy.hpp"
#include "tests/servers/s3_server.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class S3Run : public RunTest {
 protected:
  void SetUp() override {
    server_ = std::make_unique<test::S3Server>(folder_ / "server", std::vector<std::string>{"first", "second.dotted"});
    ASSERT_TRUE(server_->runs()) << server_->log();
    environment_ = server_->variables();
    environment_.push_back("HOME=" + folder_.string());
  }

  /// Items are "source destination key: value key: value".
  static std::string step(const std::string& action, const std::vector<std::vector<std::string>>& items,
                          const std::string& settings = {}) {
    static int number = 0;
    std::string text = "      - name: Step" + std::to_string(++number) + "\n        action: " + action + "\n" +
                       settings + "        inputs:\n";
    for (const auto& item : items) {
      text += "          - source: '" + item.at(0) + "'\n            destination: '" + item.at(1) + "'\n";
      for (std::size_t index = 2; index < item.size(); ++index)
        text += "            " + item[index] + "\n";
    }
    return text;
  }
  ProgramResult run(const std::string& steps, const std::vector<std::string>& flags = {}) {
    write("transfer.yml", "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" + steps);
    std::vector<std::string> arguments = {"run", "transfer.yml", "--target", "local",
                                          "--i-know-this-changes-my-machine"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return ibtest(arguments, environment_);
  }
  /// Runs a step that must succeed.
  void transfer(const std::string& action, const std::vector<std::vector<std::string>>& items,
                const std::vector<std::string>& flags = {}) {
    const auto result = run(step(action, items), flags);
    EXPECT_EQ(result.status, 0) << result.errors << server_->log();
    shown_ = result.errors;
  }
  /// Runs a step that must fail with this text.
  void fail(const std::string& action, const std::vector<std::vector<std::string>>& items, const std::string& text,
            const std::vector<std::string>& flags = {}) {
    const auto result = run(step(action, items), flags);
    EXPECT_EQ(result.status, 1) << result.errors;
    EXPECT_THAT(log("console.log"), HasSubstr(text));
    shown_ = result.errors;
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (folder_ / name).string(); }
  /// Writes a file, and its folders.
  void make(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write(name, content);
  }
  [[nodiscard]] std::size_t count_requests(const std::string& text) const {
    const auto all = server_->log();
    std::size_t count = 0;
    for (auto found = all.find(text); found != std::string::npos; found = all.find(text, found + 1))
      ++count;
    return count;
  }

  std::unique_ptr<test::S3Server> server_;
  std::vector<std::string> environment_;
  std::string shown_;
};

TEST_F(S3Run, UploadsAndDownloadsOneObject_S3DOWNLOAD_1_S3DOWNLOAD_12_S3UPLOAD_2) {
  make("in", "content of an object\n");
  transfer("S3Upload", {{at("in"), "s3://first/folder/name with blank+plus%41é.txt"},
                        {at("in"), "s3://first/prefix/"},
                        {at("in"), "s3://second.dotted"}});
  transfer("S3Download", {{"s3://first/folder/name with blank+plus%41é.txt", at("a")},
                          {"s3://first/prefix/in", at("b")},
                          {"s3://second.dotted/in", at("c")}});
  EXPECT_EQ(content("a") + content("b") + content("c"),
            "content of an object\ncontent of an object\ncontent of an object\n");
  struct stat status {};
  ASSERT_EQ(::stat(at("a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
  EXPECT_EQ(status.st_uid, ::geteuid());
  EXPECT_LT(std::time(nullptr) - status.st_mtime, 60) << "the time of the download, not of the object";
}

TEST_F(S3Run, DownloadsAPrefixAtAllDepths_S3DOWNLOAD_2_S3DOWNLOAD_3_S3DOWNLOAD_4_S3DOWNLOAD_6) {
  for (const auto* name : {"app/a", "app/x/y.txt", "application/b", "other"})
    make(std::string("tree/") + name, name);
  transfer("S3Upload", {{at("tree"), "s3://first", "recurse: true"}});
  transfer("S3Download", {{"s3://first/app/*", at("new/one")}, {"s3://first/app*", at("two/")}});
  EXPECT_EQ(content("new/one/a") + content("new/one/x/y.txt"), "app/aapp/x/y.txt");
  EXPECT_FALSE(exists("new/one/b"));
  EXPECT_EQ(content("two/app/x/y.txt") + content("two/application/b"), "app/x/y.txtapplication/b");
  EXPECT_FALSE(exists("two/other"));
  EXPECT_THAT(shown_, HasSubstr("new/one did not exist and was created; older releases of the executor fail here"));
}

TEST_F(S3Run, DownloadsTheFirstThousandObjects_S3DOWNLOAD_5) {
  std::filesystem::create_directories(folder_ / "many");
  for (int number = 0; number < 1005; ++number)
    std::ofstream(folder_ / "many" / std::to_string(10000 + number)) << number;
  transfer("S3Download", {{"s3://many/*", at("got/")}}, {"--s3-map", "many=" + at("many")});
  EXPECT_TRUE(exists("got/10999"));
  EXPECT_FALSE(exists("got/11000"));
  EXPECT_THAT(shown_, HasSubstr("has more than 1000 objects; only the first 1000 are downloaded"));
}

TEST_F(S3Run, LeavesExistingFilesAloneWithOverwriteFalse_S3DOWNLOAD_7_S3DOWNLOAD_8) {
  make("tree/1", "new 1");
  make("tree/2", "new 2");
  transfer("S3Upload", {{at("tree/*"), "s3://first/p"}});
  make("got/2", "old 2");
  make("got/3", "old 3");
  fail("S3Download", {{"s3://first/p/*", at("got"), "overwrite: false"}},
       "Error: S3Download: File already exists and \"overwrite\" property for \"destination\" file is set to false. "
       "Cannot download.");
  EXPECT_EQ(content("got/1") + content("got/2") + content("got/3"), "new 1old 2old 3");
  transfer("S3Download", {{"s3://first/p/*", at("got")}});
  EXPECT_EQ(content("got/1") + content("got/2") + content("got/3"), "new 1new 2old 3");
}

TEST_F(S3Run, SaysWhatIsNotThere_S3DOWNLOAD_1_S3DOWNLOAD_11_S3UPLOAD_5_S3UPLOAD_9) {
  fail("S3Download", {{"s3://first/no", at("x")}}, "downloading s3://first/no: NoSuchKey");
  EXPECT_FALSE(exists("x"));
  fail("S3Download", {{"s3://nowhere/no", at("x")}}, "NoSuchBucket");
  fail("S3Download", {{"s3://first/no/*", at("x")}}, "no object of s3://first begins with `no/`");
  make("in", "");
  fail("S3Upload", {{at("in"), "s3://nowhere/key"}}, "uploading s3://nowhere/key: NoSuchBucket");
  fail("S3Upload", {{at("none"), "s3://first/key"}}, at("none") + " does not exist");
  fail("S3Upload", {{at("none*"), "s3://first/key"}}, "no file matches " + at("none*"));
  std::filesystem::create_directory(folder_ / "folder");
  fail("S3Download", {{"s3://first/no", at("folder")}},
       "is a folder; add the name of the file, as in " + at("folder/no"));
  fail("S3Upload", {{at("folder"), "s3://first/key"}}, "is a folder; set `recurse: true`");
}

TEST_F(S3Run, UploadsFilesThatMatch_S3UPLOAD_3_S3UPLOAD_4_S3UPLOAD_6_S3UPLOAD_9) {
  for (const auto* name : {"a.log", "b.log", "c.txt", "sub.log/d", "sub.log/deep/e", "sub/f"})
    make(std::string("tree/") + name, name);
  std::filesystem::create_symlink("a.log", folder_ / "tree/link.log");
  std::filesystem::create_directories(folder_ / "tree/sub.log/empty");
  transfer("S3Upload",
           {{at("tree/*.log"), "s3://first/flat"}, {at("tree/*.log"), "s3://first/deep/", "recurse: true"}});
  transfer("S3Download", {{"s3://first/flat/*", at("flat")}, {"s3://first/deep/*", at("deep")}});
  EXPECT_EQ(content("flat/a.log") + content("flat/link.log"), "a.loga.log");
  EXPECT_FALSE(exists("flat/sub.log"));
  EXPECT_FALSE(exists("flat/c.txt"));
  EXPECT_EQ(content("deep/sub.log/deep/e") + content("deep/sub.log/d") + content("deep/b.log"),
            "sub.log/deep/esub.log/db.log");
  EXPECT_FALSE(exists("deep/sub"));
  EXPECT_FALSE(exists("deep/sub.log/empty")) << "an empty folder makes no object";
  EXPECT_EQ(count_requests("empty"), 0U);
}

TEST_F(S3Run, AsksForWhatItNeedsOnly_S3DOWNLOAD_13_S3UPLOAD_10) {
  const test::RecordingProxy proxy(folder_ / "proxy", server_->endpoint());
  ASSERT_TRUE(proxy.runs());
  make("in", "x");
  const std::vector<std::string> recorded = {"--s3-endpoint", proxy.endpoint()};
  transfer("S3Upload", {{at("in"), "s3://first/p/one"}}, recorded);
  transfer("S3Download", {{"s3://first/p/one", at("got")}}, recorded);
  transfer("S3Download", {{"s3://first/p/*", at("folder")}}, recorded);
  std::vector<std::string> requests;
  for (const std::string& line : proxy.requests(4)) {
    const auto request = nlohmann::json::parse(line);
    const auto uri = request["uri"].get<std::string>();
    requests.push_back(request["method"].get<std::string>() + " " + uri.substr(0, uri.find("&")));
  }
  EXPECT_THAT(requests, testing::ElementsAre("PUT /first/p/one", "GET /first/p/one", HasSubstr("GET /first"),
                                             "GET /first/p/one"));
  EXPECT_THAT(proxy.requests(4).at(2), HasSubstr("list-type=2")) << "only a prefix needs the right to list";
}

TEST_F(S3Run, KeepsWhatWasUploadedBeforeAFailure_S3UPLOAD_7) {
  make("tree/1", "one");
  std::filesystem::create_symlink("/proc/self/mem", folder_ / "tree/2");
  fail("S3Upload", {{at("tree/*"), "s3://first/p/"}}, "reading " + at("tree/2"));
  transfer("S3Download", {{"s3://first/p/1", at("got")}});
  EXPECT_EQ(content("got"), "one");
  fail("S3Download", {{"s3://first/p/2", at("none")}}, "NoSuchKey");
}

TEST_F(S3Run, UploadsInParts_S3UPLOAD_7_S3UPLOAD_10) {
  std::string big(20'000'001, 'x');
  for (std::size_t index = 0; index < big.size(); index += 997)
    big[index] = static_cast<char>(index / 997);
  make("big", big);
  make("small", "replaced");
  transfer("S3Upload", {{at("small"), "s3://first/big"}, {at("big"), "s3://first/big"}});
  EXPECT_EQ(count_requests("/big?partNumber="), 3U) << server_->log();
  transfer("S3Download", {{"s3://first/big", at("got")}});
  EXPECT_TRUE(content("got") == big);
}

// The peak of the agent is looked at by a later step, whose parent it is.
TEST_F(S3Run, KeepsBigObjectsInBoundedMemory_EMU_16) {
  std::filesystem::create_directories(folder_ / "bucket");
  make("big", "");
  constexpr std::uintmax_t size = std::uintmax_t{512} << 20U;
  std::filesystem::resize_file(folder_ / "big", size);
  const std::string script = "grep VmHWM /proc/$PPID/status; grep VmHWM /proc/$(ps -o ppid= $PPID | tr -d ' ')/status";
  const auto result =
      run(step("S3Upload", {{at("big"), "s3://mapped/big"}}) + step("S3Download", {{"s3://mapped/big", at("got")}}) +
              "      - name: Look\n        action: ExecuteBash\n        inputs:\n          commands:\n"
              "            - " +
              script + "\n",
          {"--s3-map", "mapped=" + at("bucket"), "-v"});
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(std::filesystem::file_size(folder_ / "bucket/big"), size);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "got"), size);
  const auto lines = log("console.log");
  int found = 0;
  for (auto at = lines.find("VmHWM:"); at != std::string::npos; at = lines.find("VmHWM:", at + 1)) {
    ++found;
    EXPECT_LT(std::atol(lines.c_str() + at + 6), 64L << 10U) << "KiB";
  }
  EXPECT_EQ(found, 2) << "of the agent and of ibtest";
}

TEST_F(S3Run, EndsATransferWhenInterrupted_EMU_16) {
  std::filesystem::create_directories(folder_ / "bucket");
  make("big", "");
  std::filesystem::resize_file(folder_ / "big", std::uintmax_t{8} << 30U);
  write("transfer.yml", "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" +
                            step("S3Upload", {{at("big"), "s3://mapped/big"}}));
  const auto program = start({"run", "transfer.yml", "--target", "local", "--i-know-this-changes-my-machine",
                              "--format", "jsonl", "--s3-map", "mapped=" + at("bucket")},
                             environment_);
  EXPECT_TRUE(program->read_until("S3Upload: Source: "));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "bucket")) << "half of an object is left";
}

TEST_F(S3Run, TellsHowMuchOfADownloadHasComeAndLeavesNothingOfIt_EMU_16) {
  make("bucket/big", "");
  std::filesystem::resize_file(folder_ / "bucket/big", std::uintmax_t{8} << 30U);
  write("transfer.yml", "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n" +
                            step("S3Download", {{"s3://mapped/big", at("got/big")}}));
  const auto program = start({"run", "transfer.yml", "--target", "local", "--i-know-this-changes-my-machine",
                              "--format", "jsonl", "--s3-map", "mapped=" + at("bucket")},
                             environment_);
  std::string progress;
  while (const auto line = program->read_line()) {
    if (line->find(R"("e":"progress")") == std::string::npos) continue;
    progress = *line;
    break;
  }
  EXPECT_THAT(progress, AllOf(HasSubstr(R"("what":"Received")"), HasSubstr(R"("total":8589934592})")));
  program->signal(SIGINT);
  EXPECT_EQ(program->wait().status, 130);
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "got")) << "half of an object is left";
}

TEST_F(S3Run, UploadsAnEmptyFile_S3UPLOAD_2) {
  make("empty", "");
  transfer("S3Upload", {{at("empty"), "s3://first/empty"}});
  transfer("S3Download", {{"s3://first/empty", at("got")}});
  EXPECT_TRUE(exists("got"));
  EXPECT_EQ(content("got"), "");
}

TEST_F(S3Run, IsRefusedWithUnknownCredentials_EMU_10) {
  environment_[1] = "AWS_ACCESS_KEY_ID=UNKNOWN";
  fail("S3Download", {{"s3://first/x", at("x")}}, "InvalidAccessKeyId");
}

TEST_F(S3Run, SaysWhereItLookedForCredentials_EMU_10) {
  environment_[1] = "AWS_ACCESS_KEY_ID=";
  fail("S3Download", {{"s3://first/x", at("x")}}, "no AWS credentials were found on the machine that ibtest runs on");
  environment_.push_back("AWS_PROFILE=missing");
  fail("S3Download", {{"s3://first/x", at("x")}}, "there is no AWS profile `missing` in " + at(".aws/config"));
}

TEST_F(S3Run, KeepsCredentialsOutOfTheTargetAndTheLogs_EMU_11) {
  environment_[1] = "AWS_ACCESS_KEY_ID=AKIAEXAMPLEKEYID";
  environment_[2] = "AWS_SECRET_ACCESS_KEY=example-secret-key";
  environment_.push_back("AWS_SESSION_TOKEN=example-session-token");
  const auto result = run(step("S3Download", {{"s3://first/x", at("x")}}, "        onFailure: Continue\n") +
                          "      - name: Look\n        action: ExecuteBash\n        inputs:\n          commands:\n"
                          "            - env; tr '\\0' '\\n' < /proc/$PPID/cmdline\n");
  EXPECT_EQ(result.status, 1);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / ".ibtest")) {
    if (!entry.is_regular_file()) continue;
    const auto text = content(entry.path().lexically_relative(folder_).string());
    EXPECT_THAT(text, AllOf(Not(HasSubstr("example-secret-key")), Not(HasSubstr("example-session-token"))))
        << entry.path();
  }
  EXPECT_THAT(result.errors, AllOf(Not(HasSubstr("example-secret-key")), Not(HasSubstr("example-session-token"))));
}

TEST_F(S3Run, ServesBucketsFromFolders_EMU_14) {
  make("bucket/p/1", "one");
  make("in", "new");
  const std::vector<std::string> map = {"--s3-map", "mapped=" + at("bucket"), "--s3-offline"};
  transfer("S3Download", {{"s3://mapped/p/*", at("got")}, {"s3://mapped/p/1", at("single")}}, map);
  transfer("S3Upload", {{at("in"), "s3://mapped/new/key"}}, map);
  EXPECT_EQ(content("got/1") + content("single") + content("bucket/new/key"), "oneonenew");
  fail("S3Download", {{"s3://mapped/p/2", at("x")}}, "NoSuchKey", map);
  fail("S3Download", {{"s3://mapped/../in", at("x")}}, "is no path in the folder", map);
  fail("S3Download", {{"s3://first/x", at("x")}}, "S3 is switched off by --s3-offline", map);
  EXPECT_EQ(count_requests("/first/x"), 0U);
}

TEST_F(S3Run, ChecksTheOwnerOfABucket_EMU_15_S3DOWNLOAD_9_S3UPLOAD_8) {
  make("in", "x");
  transfer("S3Upload", {{at("in"), "s3://first/x", "expectedBucketOwner: 012345678901"}});
  EXPECT_THAT(shown_, HasSubstr("expectedBucketOwner was not verified"));
  const std::vector<std::string> owner = {"--s3-bucket-owner", "first=012345678901"};
  transfer("S3Upload", {{at("in"), "s3://first/x", "expectedBucketOwner: 012345678901"}}, owner);
  EXPECT_THAT(shown_, Not(HasSubstr("not verified")));
  fail("S3Upload", {{at("in"), "s3://first/x", "expectedBucketOwner: '999999999999'"}},
       "AccessDenied: the bucket first belongs to 012345678901, not to 999999999999 (status 403", owner);
}

TEST_F(S3Run, TriesThreeTimesToReachAServer_EMU_12) {
  fail("S3Download", {{"s3://first/x", at("x")}}, "Could not connect to server (endpoint http://127.0.0.1:1)",
       {"--s3-endpoint", "http://127.0.0.1:1"});
}

}  // namespace
}  // namespace ibtest
