#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "tests/unit/protocol/wire_samples.hpp"

namespace ibtest {
namespace {

const std::filesystem::path golden_folder = std::filesystem::path(IBTEST_FIXTURES) / "protocol" / "v1";

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

/// The golden lines, or the actual ones once IBTEST_ACCEPT has had them written.
std::vector<std::string> golden(const std::string& name, const std::vector<std::string>& actual) {
  const auto path = golden_folder / name;
  if (std::getenv("IBTEST_ACCEPT") != nullptr) {
    std::ofstream file(path, std::ios::binary);
    for (const auto& line : actual)
      file << line << '\n';
  }
  return read_lines(path);
}

template <typename Message>
std::vector<std::string> encode_all(const std::vector<Message>& messages) {
  std::vector<std::string> lines;
  for (const auto& message : messages)
    lines.push_back(encode(message));
  return lines;
}

TEST(WireFormat, EventsAreAsInTheGoldenFile) {
  const auto lines = encode_all(sample_events());
  EXPECT_EQ(lines, golden("events.jsonl", lines));
}

TEST(WireFormat, CommandsAreAsInTheGoldenFile) {
  const auto lines = encode_all(sample_commands());
  EXPECT_EQ(lines, golden("commands.jsonl", lines));
}

TEST(WireFormat, EveryKindOfEventHasASample) {
  std::vector<bool> seen(std::variant_size_v<EventBody>);
  for (const auto& event : sample_events())
    seen[event.body.index()] = true;
  EXPECT_THAT(seen, testing::Each(true));
}

TEST(WireFormat, DecodedEventsEncodeToTheSameLine) {
  for (const auto& line : read_lines(golden_folder / "events.jsonl")) {
    EXPECT_EQ(encode(decode_event(line)), line);
    // The same line with other white space takes the general way through the reader.
    EXPECT_EQ(encode(decode_event(" " + line)), line);
  }
}

TEST(WireFormat, DecodedCommandsEncodeToTheSameLine) {
  for (const auto& line : read_lines(golden_folder / "commands.jsonl")) {
    EXPECT_EQ(encode(decode_command(line)), line);
  }
}

TEST(WireFormat, LinesAreJsonWithoutLineBreaks) {
  for (const auto& event : sample_events()) {
    const auto line = encode(event);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
}

TEST(WireFormat, OutputKeepsItsBytesAndReplacesInvalidOnes_OUT_11) {
  std::string all_bytes;
  for (int byte = 0; byte < 128; ++byte)
    all_bytes += static_cast<char>(byte);
  all_bytes += "ä€😀";
  const Event event{9, -5, Output{OutputStream::standard_error, all_bytes}};
  EXPECT_EQ(std::get<Output>(decode_event(encode(event)).body).bytes, all_bytes);

  const Event invalid{1, 1,
                      Output{OutputStream::standard_output,
                             "a\xff"
                             "b\xe2\x82"}};
  EXPECT_EQ(std::get<Output>(decode_event(encode(invalid)).body).bytes, "a\uFFFDb\uFFFD\uFFFD");
}

TEST(WireFormat, RefusesOtherProtocolVersions) {
  EXPECT_THROW((void)decode_event(R"({"n":1,"t":1,"e":"hello","v":2,"version":"9","machine":"x86_64"})"), Fault);
  EXPECT_THROW((void)decode_command(R"({"v":2,"c":"stop"})"), Fault);
  EXPECT_THROW((void)decode_command(R"({"c":"stop"})"), Fault);
}

TEST(WireFormat, RefusesWhatIsNoEventWithTheStatusOfALostTarget) {
  const std::vector<std::string> garbage = {
      "",
      "{",
      "null",
      "[]",
      "\xff\xfe",
      "{}",
      R"({"n":1})",
      R"({"n":-1,"t":1,"e":"log","level":"console","text":""})",
      R"({"n":1,"t":1,"e":"nothing"})",
      R"({"n":1,"t":1,"e":"log","level":"loud","text":""})",
      R"({"n":1,"t":1.5,"e":"log","level":"debug","text":""})",
      R"({"n":1,"t":1,"e":"log","level":"debug","text":5})",
      R"({"n":1,"t":1,"e":"out","to":"out","text":"a"b"})",
      R"({"n":1,"t":1,"e":"out","to":"out","text":"\q"})",
      "{\"n\":1,\"t\":1,\"e\":\"out\",\"to\":\"out\",\"text\":\"\xff\"}",
      R"({"n":1,"t":1,"e":"out","to":"out","text":"\"})",
      R"({"n":1,"t":1,"e":"phase","d":4294967296,"p":1,"name":""})",
      std::string(100'000, '['),
  };
  for (const auto& line : garbage) {
    try {
      (void)decode_event(line);
      ADD_FAILURE() << "accepted " << line.substr(0, 100);
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::target_failed);
      EXPECT_FALSE(fault.remedy().empty());
    }
    EXPECT_THROW((void)decode_command(line), Fault);
  }
}

TEST(WireFormat, NoDamagedLineDoesMoreThanThrowAFault) {
  std::mt19937 random(4711);
  auto lines = read_lines(golden_folder / "events.jsonl");
  for (const auto& line : read_lines(golden_folder / "commands.jsonl"))
    lines.push_back(line);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    for (auto line : lines) {
      const auto cut = random() % 4 == 0 ? random() % line.size() : line.size();
      line.resize(std::max<std::size_t>(cut, 1));
      line[random() % line.size()] = static_cast<char>(random());
      for (const bool as_event : {true, false}) {
        try {
          if (as_event) {
            (void)decode_event(line);
          } else {
            (void)decode_command(line);
          }
        } catch (const Fault&) {
          ++refused;
        }
      }
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(StatusWord, GoesBothWays_EXEC_1) {
  for (const auto status : {Status::success, Status::failed, Status::ignored_failure,
                            Status::success_with_ignored_failure, Status::skipped, Status::interrupted}) {
    EXPECT_EQ(status_from_word(status_word(status)), status);
  }
  EXPECT_EQ(status_word(Status::ignored_failure), "ignoredFailure");
  EXPECT_EQ(status_word(Status::success_with_ignored_failure), "successWithIgnoredFailure");
  EXPECT_EQ(status_from_word("Success"), std::nullopt);
}

}  // namespace
}  // namespace ibtest
