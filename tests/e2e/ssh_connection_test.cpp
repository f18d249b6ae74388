#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <map>
#include <random>
#include <regex>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"
#include "tests/servers/tcp_proxy.hpp"

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

/// A host that is reached through a connection that is as bad as a test wants it.
class SshConnection : public SshTest {
 protected:
  void boot(std::chrono::milliseconds delay = {}, const std::vector<std::string>& options = {}) {
    start_host(options);
    reach(delay);
  }
  void reach(std::chrono::milliseconds delay = {}) {
    proxy_ = std::make_unique<test::TcpProxy>(address_, 22, delay);
    configure(fmt::format("  HostName 127.0.0.1\n  Port {}\n  HostKeyAlias {}\n", proxy_->port(), address_));
  }
  [[nodiscard]] std::unique_ptr<Program> start_run(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(),
                 {"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format", "jsonl"});
    return start(flags);
  }
  /// Sends a signal to the processes whose command line holds the text.
  void kill_in_host(const std::string& text, const std::string& signal = "KILL") const {
    in_host(
        fmt::format("for p in /proc/[0-9]*; do [ $p != /proc/$$ ] && tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q "
                    "-- '{}' && kill -{} ${{p#/proc/}}; done",
                    text, signal));
  }
  void expect_nothing_left() const {
    const std::string script =
        "for i in $(seq 50); do [ \"$(ls /var/lib/ibtest)\" = lock ] && ! grep -lqs ibtest-agent /proc/[0-9]*/comm && "
        "break; sleep 0.1; done; ls /var/lib/ibtest; cat /proc/[0-9]*/comm | grep ibtest-agent";
    EXPECT_EQ(in_host(script), "lock\n");
  }

  std::unique_ptr<test::TcpProxy> proxy_;
};

/// What a run has told and left, without what differs from run to run.
struct RunRecord {
  std::string events;  ///< in their order; the output of a step as one text
  std::map<std::string, std::string> files;
};

std::string without_differences(std::string text) {
  static const std::vector<std::pair<std::regex, std::string>> differences{
      {std::regex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "ID"},
      {std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T_][0-9]{2}[:-][0-9]{2}[:-][0-9]{2}(\\.[0-9]+)?Z?(_UTC-0)?"), "TIME"},
      {std::regex("AWSTOE[0-9]+|script-[0-9]+"), "RANDOM"},
      {std::regex("[0-9.]+ ?(ms|s|MB/s|MiB/s|KiB/s)\\b"), "DURATION"},
  };
  for (const auto& [pattern, word] : differences)
    text = std::regex_replace(text, pattern, word);
  return text;
}

/// Of the run in this folder. The numbers of its events must follow each other.
RunRecord record_of(const fs::path& run) {
  RunRecord record;
  std::ifstream events(run / "events.jsonl");
  std::int64_t number = 0;
  std::string output;
  for (std::string line; std::getline(events, line);) {
    auto event = nlohmann::json::parse(line);
    EXPECT_EQ(event.at("n"), ++number);
    if (event.at("e") == "out") {
      output += event.at("text").get<std::string>();
      continue;
    }
    for (const char* const name : {"n", "t", "ms"})
      event.erase(name);
    record.events += std::exchange(output, {}) + without_differences(event.dump()) + '\n';
  }
  for (const auto& entry : fs::recursive_directory_iterator(run)) {
    if (!entry.is_regular_file() || entry.path().filename() == "events.jsonl") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    record.files[fs::relative(entry.path(), run).string()] = without_differences(text.str());
  }
  return record;
}

// A document of everything that talks, its events and its logs are those of a connection that never breaks.
TEST_F(SshConnection, IsAsUndisturbedThroughAHundredCuts) {
  boot();
  fs::create_directory(folder_ / "bucket");
  std::string object;
  std::mt19937 random(20'251);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cuts every time
  while (object.size() < 6'000'000)
    object += static_cast<char>(random());
  std::ofstream(folder_ / "bucket/large", std::ios::binary) << object;
  write(document_, R"(schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Fetch
        action: S3Download
        inputs:
          - {source: s3://bucket/large, destination: /tmp/large}
      - name: Turns
        action: ExecuteBash
        loop: {name: turn, for: {start: 1, end: 15, updateBy: 1}}
        inputs:
          commands:
            - echo {{ turn.index }} >>/root/done
            - for i in $(seq 400); do echo burst {{ turn.index }} line $i of several that come at once; done
            - '[ -e /root/quick ] || sleep 0.3'
      - name: Tries
        action: ExecuteBash
        maxAttempts: 3
        inputs:
          commands:
            - echo try >>/root/done
            - '[ $(grep -c try /root/done) = 3 ]'
      - name: Send
        action: S3Upload
        inputs:
          - {source: /tmp/large, destination: s3://bucket/sent}
      - name: Wait
        action: ExecuteBash
        inputs:
          commands:
            - while [ ! -e /root/go ]; do sleep 0.1; done
            - yes some more output of the last step | head -n 50000
)");
  const std::vector<std::string> map{"--s3-map", "bucket=bucket"};
  in_host("touch /root/go /root/quick");
  const auto undisturbed = start_run(map)->wait();
  ASSERT_EQ(undisturbed.status, 0) << undisturbed.errors;
  const RunRecord expected = record_of(fs::canonical(folder_ / ".ibtest/runs/latest"));
  const std::string done = in_host("cat /root/done");
  in_host("rm /root/go /root/quick /root/done /tmp/large");
  fs::remove(folder_ / "bucket/sent");

  auto running = std::async(std::launch::async, [&] { return start_run(map)->wait(); });
  bool released = false;
  int seen = 0;
  const int wanted = 100;
  while (running.wait_for(0s) != std::future_status::ready) {
    if (!released && proxy_->cuts() >= wanted) {
      in_host("touch /root/go");
      released = true;
    }
    if (proxy_->connections() == seen) {
      std::this_thread::sleep_for(5ms);
      continue;
    }
    seen = proxy_->connections();
    const int cuts = proxy_->cuts();
    // Some come in the middle of connecting, most where a conversation goes on.
    proxy_->cut_after(random() % 5 == 0 ? random() % 8'000 : 8'000 + random() % 400'000);
    const auto latest = std::chrono::steady_clock::now() + std::chrono::milliseconds(250 + random() % 400);
    while (proxy_->cuts() == cuts && std::chrono::steady_clock::now() < latest &&
           running.wait_for(2ms) != std::future_status::ready) {
    }
    if (proxy_->cuts() == cuts) proxy_->cut();
  }
  const auto result = running.get();
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_GE(proxy_->cuts(), wanted);
  const RunRecord got = record_of(fs::canonical(folder_ / ".ibtest/runs/latest"));
  EXPECT_TRUE(got.events == expected.events) << got.events << "expected:\n" << expected.events;
  EXPECT_EQ(got.files.size(), expected.files.size());
  for (const auto& [name, text] : expected.files) {
    const auto its = got.files.find(name);
    ASSERT_NE(its, got.files.end()) << name;
    EXPECT_TRUE(its->second == text) << name << (text.size() < 20'000 ? "\n" + its->second + "expected:\n" + text : "");
  }
  EXPECT_EQ(in_host("cat /root/done"), done) << "nothing is done twice";
  EXPECT_TRUE(content("bucket/sent") == object);
  expect_nothing_left();
}

}  // namespace
}  // namespace ibtest
