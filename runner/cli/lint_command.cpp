#include <filesystem>
#include <iostream>
#include <set>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/document/field_reader.hpp"
#include "runner/cli/command_line.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/error_message.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/cli/parameters.hpp"
#include "runner/lint/lint_report.hpp"
#include "runner/lint/rule_catalog.hpp"
#include "runner/lint/rule_help.hpp"
#include "runner/lint/shell_rules.hpp"
#include "runner/report/console_options.hpp"
#include "runner/report/terminal_text.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

namespace {

void print(int descriptor, std::string_view text) {
  if (const int error = write_to_end(descriptor, text); error != 0)
    throw Fault(ExitStatus::not_runnable, system_error_text("writing the findings", error));
}

/// A name that no document declares is a misspelling (D-1).
void check_names(const ParameterValues& parameters, const LintResult& result) {
  std::set<std::string_view> declared;
  for (const LintedFile& file : result.files)
    declared.insert(file.declared_parameters.begin(), file.declared_parameters.end());
  for (const auto& [name, value] : parameters) {
    if (declared.contains(name)) continue;
    const std::vector<std::string_view> names(declared.begin(), declared.end());
    throw Fault(ExitStatus::not_runnable, fmt::format("no document declares a parameter {}", name),
                did_you_mean(name, names,
                             names.empty() ? "no document declares parameters" : "declared are " + enumerate(names)));
  }
}

void write_fixes(const LintResult& result) {
  for (const LintedFile& file : result.files) {
    if (!file.before_fixes) continue;
    // The file that a link leads to is changed, not the link.
    std::error_code ignored;
    const std::filesystem::path named = file.source->name();
    const std::filesystem::path target = std::filesystem::canonical(named, ignored);
    replace_file(target.empty() ? named : target, file.source->text());
  }
}

std::string report_text(const LintOptions& options, const LintResult& result) {
  if (options.fix == FixMode::compare) return diff_report(result);
  switch (options.format) {
    case LintFormat::text:
      return text_report(
          result, console_options(console_environment(STDOUT_FILENO, options.no_color), Verbosity::normal).color);
    case LintFormat::json:
      return json_report(result);
    case LintFormat::sarif:
      return sarif_report(result);
    case LintFormat::github:
      return github_report(result);
    case LintFormat::junit:
      return junit_report(result);
  }
  return {};
}

ExitStatus status_of(const LintOptions& options, const LintResult& result) {
  if (!result.problems.empty()) return ExitStatus::not_runnable;
  const bool too_many = options.most_warnings && result.count(Severity::warning) > *options.most_warnings;
  return result.count(Severity::error) > 0 || too_many ? ExitStatus::component_failed : ExitStatus::success;
}

ExitStatus report_findings(const LintOptions& options) {
  const ParameterValues parameters = parse_parameters(options.parameters, "--param");
  const LintRequest request{options.paths,
                            options.standard_input_name,
                            LintSettings{options.severities, options.platform, {}, parameters},
                            options.fix,
                            ShellCheckOptions{.shellcheck = !options.no_shellcheck},
                            options.skip_others};
  const LintResult result = lint_files(request, std::cin);
  const bool nothing = result.component_count() == 0 && result.problems.empty() && result.count(Severity::error) == 0;
  if (nothing && result.ignored == 0 && !options.skip_others)
    throw Fault(ExitStatus::not_runnable, "there is no component document to lint",
                "component documents are .yml, .yaml or .json files with `schemaVersion` and `phases`; they are also "
                "found in CloudFormation templates and in the output of `terraform show -json`");
  check_names(parameters, result);
  write_fixes(result);
  print(STDOUT_FILENO, report_text(options, result));
  const bool color = console_options(console_environment(STDERR_FILENO, options.no_color), Verbosity::normal).color;
  for (const std::string& problem : result.problems)
    print(STDERR_FILENO, error_message(Fault(ExitStatus::not_runnable, problem), color));
  if (!result.shell_problem.empty()) print(STDERR_FILENO, "warning: " + harmless(result.shell_problem) + "\n");
  if (options.format == LintFormat::text) {
    if (nothing && result.ignored > 0) print(STDERR_FILENO, "all files are ignored by .ibtest.yml\n");
    if (result.component_count() > 0) print(STDERR_FILENO, summary_line(result));
    if (options.most_warnings && result.count(Severity::warning) > *options.most_warnings)
      print(STDERR_FILENO,
            fmt::format("more than {} warnings are not allowed (--max-warnings)\n", *options.most_warnings));
  }
  return status_of(options, result);
}

ExitStatus explain_or_lint(const LintOptions& options) {
  const bool color = console_options(console_environment(STDOUT_FILENO, options.no_color), Verbosity::normal).color;
  if (options.list_rules) {
    print(STDOUT_FILENO, rule_table(color));
    return ExitStatus::success;
  }
  if (!options.explained_rule.empty()) {
    if (is_shellcheck_code(options.explained_rule)) {
      print(STDOUT_FILENO, shellcheck_help(options.explained_rule, color));
      return ExitStatus::success;
    }
    const DiagnosticCode* rule = find_rule(options.explained_rule);
    if (rule == nullptr)
      throw Fault(ExitStatus::not_runnable, fmt::format("there is no rule `{}`", options.explained_rule),
                  nearest_rule(options.explained_rule));
    print(STDOUT_FILENO, rule_help(*rule, color));
    return ExitStatus::success;
  }
  return report_findings(options);
}

}  // namespace

ExitStatus lint_command(const LintOptions& options) {
  try {
    return explain_or_lint(options);
  } catch (const Interrupted&) {
    return ExitStatus::interrupted;
  }
}

}  // namespace ibtest
