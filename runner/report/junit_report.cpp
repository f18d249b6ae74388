#include "runner/report/junit_report.hpp"

#include <fmt/format.h>

#include "agent/protocol/execution_id.hpp"
#include "runner/report/terminal_text.hpp"
#include "runner/report/xml_text.hpp"

namespace ibtest {

namespace {

std::string seconds(std::int64_t milliseconds) {
  return fmt::format("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
}

std::string output_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += xml_escaped(harmless(line)) + "\n";
  return text;
}

struct Suite {
  std::string name;
  std::int64_t start_ns = 0;
  std::int64_t duration_ms = 0;
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  std::string cases;
};

std::string suite_text(const Suite& suite) {
  std::string text = "  <testsuite";
  text += xml_attribute("name", suite.name);
  text += fmt::format(" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", suite.tests,
                      suite.failures, suite.errors, suite.skipped, seconds(suite.duration_ms));
  if (suite.start_ns > 0) text += xml_attribute("timestamp", format_time_ns(suite.start_ns).substr(0, 19));
  return text + ">\n" + suite.cases + "  </testsuite>\n";
}

void add_case(Suite& suite, const StepReport& step, const std::vector<std::string>& lines, const RunSummary& summary) {
  ++suite.tests;
  suite.duration_ms += step.duration_ms;
  std::string& text = suite.cases;
  text += "    <testcase";
  text += xml_attribute("name", step.name);
  text += xml_attribute("classname", step.document + "." + step.phase);
  text += xml_attribute("file", step.document);
  text += fmt::format(" line=\"{}\" time=\"{}\">\n", step.line, seconds(step.duration_ms));
  const std::string where =
      fmt::format("{}:{}: step {} ({}) of phase {}", step.document, step.line, step.name, step.action, step.phase);
  if (!step.status) {
    ++suite.errors;
    text +=
        "      <error" + xml_attribute("message", summary.failure_message) + ">" + xml_escaped(where) + "</error>\n";
  } else if (step.went_wrong()) {
    ++suite.failures;
    text += "      <failure" + xml_attribute("message", step.failure_message) + xml_attribute("type", step.action) +
            ">" + xml_escaped(where) + "</failure>\n";
  } else if (*step.status == Status::skipped) {
    ++suite.skipped;
    text += "      <skipped/>\n";
  } else if (*step.status == Status::ignored_failure) {
    ++suite.skipped;
    text += "      <skipped" + xml_attribute("message", "failed and ignored: " + step.failure_message) + "/>\n";
  }
  if (!lines.empty()) text += "      <system-out>" + output_text(lines) + "</system-out>\n";
  text += "    </testcase>\n";
}

void add_fault_case(Suite& suite, std::string_view message) {
  ++suite.tests;
  ++suite.errors;
  suite.cases += "    <testcase name=\"run\" classname=\"ibtest\" time=\"0.000\">\n      <error" +
                 xml_attribute("message", message) + "/>\n    </testcase>\n";
}

std::vector<Suite> suites_of(const TargetReport& run, std::string_view prefix) {
  std::vector<Suite> suites;
  const StepReport* previous = nullptr;
  for (const StepReport& step : run.history.steps()) {
    const bool same = previous != nullptr && previous->stage == step.stage &&
                      previous->address.document == step.address.document &&
                      previous->address.phase == step.address.phase;
    if (!same) {
      Suite suite;
      suite.name = fmt::format("{}{} {}", prefix, step.document, step.phase);
      suite.start_ns = step.start_time_ns;
      suites.push_back(std::move(suite));
    }
    previous = &step;
    add_case(suites.back(), step, step.status ? step.last_lines : run.history.output().lines(), run.summary);
  }
  const bool in_a_step = run.history.running() != nullptr;
  const bool broken = run.summary.faulted || summary_status(run.summary.exit_status) == "interrupted";
  if (broken && !in_a_step) {
    Suite suite;
    suite.name = std::string(prefix) + "ibtest";
    add_fault_case(suite, run.summary.failure_message);
    suites.push_back(std::move(suite));
  }
  return suites;
}

std::string document_text(const std::vector<Suite>& suites) {
  Suite sum;
  std::string text;
  for (const Suite& suite : suites) {
    sum.tests += suite.tests;
    sum.failures += suite.failures;
    sum.errors += suite.errors;
    sum.skipped += suite.skipped;
    sum.duration_ms += suite.duration_ms;
    text += suite_text(suite);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ibtest\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\" skipped=\"{}\" time=\"{}\">\n{}</testsuites>\n",
      sum.tests, sum.failures, sum.errors, sum.skipped, seconds(sum.duration_ms), text);
}

}  // namespace

std::string junit_report(const std::vector<const TargetReport*>& runs) {
  std::vector<Suite> suites;
  for (const TargetReport* run : runs) {
    const std::string prefix = runs.size() > 1 ? run->summary.target + " " : std::string();
    for (Suite& suite : suites_of(*run, prefix))
      suites.push_back(std::move(suite));
  }
  return document_text(suites);
}

std::string junit_failure(const std::string& failure_message) {
  Suite suite;
  suite.name = "ibtest";
  add_fault_case(suite, failure_message);
  return document_text({suite});
}

}  // namespace ibtest
