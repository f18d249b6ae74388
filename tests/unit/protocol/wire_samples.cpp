#include "tests/unit/protocol/wire_samples.hpp"

namespace ibtest {

std::vector<Event> sample_events() {
  const StepAddress address{1, 2, 3};
  const std::vector<EventBody> bodies = {
      Hello{protocol_version, "0.1.0", "x86_64"},
      RunStarted{"3699d6f5-dc33-11ec-9989-00224820200b", "/var/lib/amazon/toe/TOE_x", 7},
      DocumentStarted{1, "./hello \"world\".yml", "Grüße"},
      PhaseStarted{1, 2, "build"},
      StepStarted{address, "HelloStep", "ExecuteBash", 12, 3, -1},
      AttemptStarted{address, 2},
      IterationStarted{address, 0, 3, "curl \"x\""},
      IterationFinished{address, 0, true, 0, ""},
      IterationFinished{address, 1, false, {}, "no such file"},
      RebootRequested{address, R"({"next":null})"},
      LogsSent{"the logs are large"},
      LogLine{LogLevel::console, "ExecuteBash: STARTED EXECUTION"},
      LogLine{LogLevel::debug, "Executor: Attempt 1/1"},
      LogLine{LogLevel::warning, "back\\slash\ttab\nline\r\b\x01\x7f"},
      Output{OutputStream::standard_output, "plain\n"},
      Output{OutputStream::standard_error, "€ 😀 \xff\xc3 end\x1b[0m"},
      TransferProgress{"Received", 12'582'912, 0},
      AttemptFinished{address, 2, false, 3, "exit status 3"},
      AttemptFinished{address, 3, true, std::nullopt, ""},
      StepFinished{address, Status::failed, "exit status 3", 1500, 3},
      PhaseFinished{1, 2, Status::success_with_ignored_failure},
      DocumentFinished{1, Status::ignored_failure},
      RunFinished{Status::interrupted, {4, 3, 2, 1}, "Document ./hello.yml failed!"},
      AgentFault{"writing console.log: No space left on device", "free some space in /var/lib/amazon/toe"},
  };
  std::vector<Event> events;
  for (const auto& body : bodies) {
    events.push_back({events.size() + 1, 1653485642301234567 + static_cast<std::int64_t>(events.size()), body});
  }
  return events;
}

std::vector<Command> sample_commands() {
  Job job;
  job.execution_id = "3699d6f5-dc33-11ec-9989-00224820200b";
  job.documents = {{"./hello.yml", "name: Hello\nphases: []\n", {{"Stage", "dev"}}},
                   {"b.yml", "€", {}, "/project/b.yml"}};
  job.phases = {"build", "validate"};
  job.environment = {{"LANG", "en_US.UTF-8"}, {"PATH", "/usr/bin:/bin"}};
  job.strict = true;
  job.secrets = {"k3y"};
  auto resumed = job;
  resumed.resume = {{"position", {0, 1, 2}}};
  return {StartRun{job}, StartRun{resumed}, StopRun{}, SendLogs{}, Release{false}, Release{true}};
}

}  // namespace ibtest
