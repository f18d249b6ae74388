#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <map>
#include <optional>
#include <random>
#include <regex>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "tests/e2e/ssh_connection_fixture.hpp"

namespace ibtest {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

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

// How far a transfer was when somebody looked.
bool is_progress(const std::string& line) {
  static const std::regex progress("S3(Download|Upload): (Received|Sent) [0-9.]+ [KM]iB");
  return std::regex_search(line, progress);
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
    if (event.at("e") == "progress" || is_progress(line)) continue;
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
    std::string lines;
    std::istringstream file(text.str());
    for (std::string line; std::getline(file, line);) {
      if (!is_progress(line)) lines += line + '\n';
    }
    record.files[fs::relative(entry.path(), run).string()] = without_differences(lines);
  }
  return record;
}

// A document of everything that talks, its events and its logs are those of a connection that never breaks.
TEST_F(SshConnection, IsAsUndisturbedThroughAHundredCuts) {
  boot();
  fs::create_directory(folder_ / "bucket");
  std::string object;
  std::mt19937 random(20'251);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same sizes every time
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
    const auto latest = std::chrono::steady_clock::now() + std::chrono::milliseconds(150 + random() % 300);
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

TEST_F(SshConnection, WorksOverALongWay) {
  boot(50ms);
  expect_success(run("ssh:box"));
  expect_nothing_left();
}

TEST_F(SshConnection, GoesOnWithAnUploadThatIsCut) {
  boot();
  auto running = std::async(std::launch::async, [this] { return run("ssh:box"); });
  for (int cut = 0; cut < 4; ++cut) {
    proxy_->cut_after(700'000);
    while (proxy_->cuts() == cut && running.wait_for(1ms) != std::future_status::ready) {
    }
  }
  const auto result = running.get();
  expect_success(result);
  EXPECT_THAT(result.errors, HasSubstr("bringing the rest of the agent"));
  EXPECT_GE(proxy_->cuts(), 2);
  expect_nothing_left();
}

// Small ones come from the agent, large ones as an archive; then the agent is told to go.
TEST_F(SshConnection, CopiesLogsDespiteCuts) {
  boot();
  for (const int size : {3'000'000, 20'000'000}) {
    write_scripts(
        document_,
        {fmt::format("yes 0123456789012345678901234567890123456789 | head -c {}; echo ran as $(id -u)", size)});
    const auto program = start_run();
    ASSERT_TRUE(program->read_until("\"run-end\"")) << program->wait().errors;
    const int cuts_before = proxy_->cuts();
    auto running = std::async(std::launch::async, [&] { return program->wait(); });
    for (int cut = 0; cut < 4; ++cut) {
      const int before = proxy_->cuts();
      proxy_->cut_after(300'000);
      while (proxy_->cuts() == before && running.wait_for(1ms) != std::future_status::ready) {
      }
    }
    const auto result = running.get();
    EXPECT_GT(proxy_->cuts(), cuts_before);
    EXPECT_EQ(result.status, 0) << result.errors;
    EXPECT_THAT(result.errors, Not(HasSubstr("could not be copied")));
    EXPECT_GT(log("console.log").size(), static_cast<std::size_t>(size));
    EXPECT_THAT(log("console.log").substr(static_cast<std::size_t>(size)), HasSubstr("ran as 0"));
    expect_nothing_left();
  }
}

TEST_F(SshConnection, RefusesAnotherHostKeyWhenConnectingAgain) {
  boot();
  write_scripts(document_, {"echo started; sleep 3"});
  const auto program = start_run();
  ASSERT_TRUE(program->read_until("started"));
  in_host(
      "ssh-keygen -q -t ed25519 -N \"\" -f /etc/ssh/other; printf \"HostKey /etc/ssh/other\\nPermitRootLogin yes\\n"
      "StrictModes no\\nAuthorizedKeysFile /etc/ssh/test/authorized_keys\\n\" >/etc/ssh/other_config; "
      "/usr/sbin/sshd -p 2222 -f /etc/ssh/other_config");
  proxy_->forward_to(2222);
  proxy_->cut();
  const auto result = program->wait();
  EXPECT_EQ(result.status, 3) << result.errors;
  EXPECT_THAT(result.errors, AllOf(HasSubstr("another one is known for it"), HasSubstr("step Step1")));
}

// After all was told, while the logs are copied, and when the agent is told to go: wherever a cut may come.
TEST_F(SshConnection, EndsAsUndisturbedThroughCutsAtItsEnd) {
  boot();
  write_scripts(document_, {"echo ran as $(id -u); while [ ! -e /root/go ]; do sleep 0.02; done"});
  const auto run_to_its_end = [this](std::optional<std::size_t> cut_after) {
    in_host("rm -f /root/go");
    const auto program = start_run();
    EXPECT_TRUE(program->read_until("ran as 0"));
    const std::size_t before = proxy_->bytes();
    if (cut_after) proxy_->cut_after(*cut_after);
    in_host("touch /root/go");
    const auto result = program->wait();
    EXPECT_EQ(result.status, 0) << result.errors;
    expect_nothing_left();
    return proxy_->bytes() - before;
  };
  const std::size_t bytes = run_to_its_end({});
  const RunRecord expected = record_of(fs::canonical(folder_ / ".ibtest/runs/latest"));
  constexpr std::size_t places = 8;
  for (std::size_t place = 1; place <= places; ++place) {
    SCOPED_TRACE(place);
    const int cuts = proxy_->cuts();
    run_to_its_end(bytes * place / (places + 1));
    EXPECT_EQ(proxy_->cuts(), cuts + 1);
    const RunRecord got = record_of(fs::canonical(folder_ / ".ibtest/runs/latest"));
    EXPECT_EQ(got.events, expected.events);
    EXPECT_EQ(got.files, expected.files);
  }
}

// Who comes second waits, and leaves nothing when it does not want to any more.
TEST_F(SshConnection, RunsOneAfterTheOther) {
  boot();
  write_scripts(document_, {"echo begin >>/root/order; echo started; while [ ! -e /root/go ]; do sleep 0.05; done",
                            "echo end >>/root/order"});
  const auto first = start_run();
  ASSERT_TRUE(first->read_until("started"));
  const std::string waits = "waiting until box is free: run ";
  for (const int signal : {SIGINT, SIGKILL}) {
    const auto other = start_run();
    other->wait_for_error(waits);
    other->signal(signal);
    const auto result = other->wait();
    EXPECT_EQ(result.status, 128 + signal) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("executes there"));
  }
  const auto second = start_run();
  second->wait_for_error(waits);
  in_host("touch /root/go");
  const auto result = second->wait();
  EXPECT_EQ(result.status, 0) << result.errors;
  EXPECT_EQ(first->wait().status, 0);
  EXPECT_EQ(in_host("tr \"\\n\" \" \" </root/order"), "begin end begin end ");
  expect_nothing_left();
}

}  // namespace
}  // namespace ibtest
