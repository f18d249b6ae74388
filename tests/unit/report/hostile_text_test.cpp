// Whatever a target puts into an event or an error, nothing of it steers the terminal.
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/document/unicode.hpp"
#include "runner/report/console.hpp"
#include "runner/report/matrix_report.hpp"

namespace ibtest {
namespace {

// Title, clear screen, C1 in both encodings, backspace, bell, overwriting, direction, a sequence without end.
const std::vector<std::string> hostile_texts = {"\x1b]0;owned\x07mark",
                                                "\x1b[2J\x1b[Hmark",
                                                "\xc2\x9b\x32Jmark",
                                                "\x9b\x32Jmark",
                                                "mark\b\b\b\bevil",
                                                "mark\x07",
                                                "evil\rmark",
                                                "mark\xE2\x80\xAE.txt",
                                                "mark\x7f",
                                                "mark\r\nmark",
                                                "mark\x1b[",
                                                "\x1bP1;2|x\x1b\\mark",
                                                "mark\xE2\x81\xA6\xFF",
                                                "mark\x0e\x0f",
                                                "mark\x1b]8;;http://x\x1b\\"};

/// All kinds of events with the text wherever one has a text.
std::vector<Event> events_of(const std::string& text) {
  std::vector<EventBody> bodies = {Hello{protocol_version, text, text},
                                   RunStarted{text, text, 3},
                                   DocumentStarted{0, text, text},
                                   PhaseStarted{0, 0, text},
                                   StepStarted{{0, 0, 0}, text, text, 7, 3, -1},
                                   AttemptStarted{{0, 0, 0}, 2},
                                   IterationStarted{{0, 0, 0}, 1, 3, text},
                                   Output{OutputStream::standard_output, text + "\n" + text},
                                   Output{OutputStream::standard_error, text + "\n" + text},
                                   TransferProgress{text, 1U << 20U, 0},
                                   LogLine{LogLevel::console, text},
                                   LogLine{LogLevel::warning, text},
                                   IterationFinished{{0, 0, 0}, 1, false, 1, text},
                                   AttemptFinished{{0, 0, 0}, 2, false, 1, text},
                                   StepFinished{{0, 0, 0}, Status::failed, text, 5, 2}};
  std::vector<Event> events;
  for (std::uint32_t depth : {0U, 1U, 2U}) {
    for (const EventBody& body : bodies)
      events.push_back({events.size() + 1, 0, body, depth});
  }
  // One that never ends.
  events.push_back({events.size() + 1, 0, bodies[4]});
  events.push_back({events.size() + 1, 0, bodies[7]});
  events.push_back({events.size() + 1, 0, AgentFault{text, text}});
  return events;
}

void expect_harmless(const std::string& shown, const std::string& from) {
  for (std::size_t at = 0; at < shown.size();) {
    const DecodedCharacter character = decode_utf8(shown, at);
    ASSERT_TRUE(character.valid) << printable(from) << "\n" << printable(shown);
    ASSERT_TRUE(character.value == '\n' || is_displayable(character.value)) << printable(from) << "\n"
                                                                            << printable(shown);
    at += character.length;
  }
  EXPECT_THAT(shown, testing::HasSubstr("mark"));
}

TEST(HostileText, SteersNoTerminalWhereverItStands) {
  for (const std::string& text : hostile_texts) {
    for (const bool terminal : {false, true}) {
      for (const Verbosity verbosity : {Verbosity::quiet, Verbosity::normal, Verbosity::verbose}) {
        std::string shown;
        std::int64_t now = 0;
        ConsoleOptions options;
        options.terminal = terminal;
        options.verbosity = verbosity;
        Console console(
            options, [&shown](std::string_view bytes) { shown += bytes; }, [&now] { return now += 20'000; });
        RunHistory history;
        console.begin_target(history, text, text);
        history.begin_stage(text);
        console.begin_stage("", text);
        console.activity(text);
        console.activity_detail(text);
        console.tick();
        console.activity_finished(text);
        for (const Event& event : events_of(text)) {
          history.consume(event);
          console.consume(event);
          console.tick();
          expect_harmless("mark" + std::regex_replace(console.status_line(), std::regex("\x1b\\[[0-9;]*m"), ""), text);
        }
        console.note(text);
        console.warning(text);
        RunSummary summary;
        summary.target = summary.execution_id = text;
        summary.faulted = true;
        summary.exit_status = ExitStatus::target_failed;
        summary.failure_message = summary.fault_remedy = summary.shown_log_directory = text;
        summary.kept = KeptMachine{"", text};
        console.finish(summary);
        shown += matrix_report({{text, text, &summary}, {text, text, nullptr}}, 1, options);
        // The only sequences are those of the moving part.
        shown = std::regex_replace(shown, std::regex("\x1b\\[[0-9]+F\x1b\\[J"), "");
        expect_harmless(shown, text);
      }
    }
  }
}

}  // namespace
}  // namespace ibtest
