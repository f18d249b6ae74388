#include "runner/cli/lint_flags.hpp"

#include <algorithm>

#include "runner/cli/flag_parser.hpp"
#include "runner/lint/lint_configuration.hpp"

namespace ibtest {

namespace {

/// What the user typed, before the words are turned into values.
struct RawLint {
  LintOptions options;
  std::string format;
  std::string platform;
  std::string most_warnings;
  std::vector<std::string> severities;
  bool fix = false;
  bool diff = false;
};

void declare_lint(CLI::App& app, RawLint& raw) {
  app.set_help_flag();
  app.add_option("PATH", raw.options.paths);
  app.add_option("--format", raw.format);
  app.add_option("--platform", raw.platform);
  repeated(app.add_option("--param", raw.options.parameters));
  repeated(app.add_option("--severity", raw.severities));
  app.add_option("--max-warnings", raw.most_warnings);
  app.add_option("--stdin-filename", raw.options.standard_input_name);
  app.add_flag("--fix", raw.fix);
  app.add_flag("--diff", raw.diff);
  app.add_option("--explain", raw.options.explained_rule);
  app.add_flag("--rules", raw.options.list_rules);
  app.add_flag("--no-shellcheck", raw.options.no_shellcheck);
  app.add_flag("--skip-others", raw.options.skip_others);
  app.add_flag("--no-color", raw.options.no_color);
  app.add_flag("-h,--help");
}

RuleSeverities read_severities(const std::vector<std::string>& assignments) {
  RuleSeverities severities;
  for (const std::string& text : assignments) {
    auto [id, word] = split_assignment("--severity", text, "RULE=LEVEL, such as unknown-input=error");
    check_rule_id(id, "--severity " + text + ": ");
    severities.insert_or_assign(std::move(id), parse_rule_severity(word, "--severity " + text + ": "));
  }
  return severities;
}

}  // namespace

std::optional<LintOptions> parse_lint(const std::vector<std::string>& arguments) {
  RawLint raw;
  CLI::App app;
  declare_lint(app, raw);
  parse_flags(app, "lint", arguments);
  if (app.count("--help") > 0) return std::nullopt;
  LintOptions& options = raw.options;
  const bool asks_about_rules = options.list_rules || app.count("--explain") > 0;
  if (app.count("--explain") > 0 && options.explained_rule.empty())
    throw usage_fault("--explain needs the name of a rule", "`ibtest lint --rules` lists them");
  if (asks_about_rules && !options.paths.empty())
    throw usage_fault("--explain and --rules take no files", "leave the paths out");
  if (options.paths.empty() && !asks_about_rules)
    throw usage_fault("nothing to lint was given", "name files or folders: `ibtest lint .`");
  if (std::ranges::find(options.paths, "") != options.paths.end())
    throw usage_fault("a path is empty", "name files or folders: `ibtest lint .`");
  if (app.count("--format") > 0) {
    options.format = choose<LintFormat, 5>("--format", raw.format,
                                           {{{"text", LintFormat::text},
                                             {"json", LintFormat::json},
                                             {"sarif", LintFormat::sarif},
                                             {"github", LintFormat::github},
                                             {"junit", LintFormat::junit}}});
  }
  if (app.count("--platform") > 0) {
    options.platform = choose<Platform, 3>(
        "--platform", raw.platform,
        {{{"linux", Platform::linux_os}, {"windows", Platform::windows}, {"macos", Platform::macos}}});
  }
  options.severities = read_severities(raw.severities);
  constexpr std::uint32_t most_warnings = 1'000'000;
  if (app.count("--max-warnings") > 0)
    options.most_warnings = whole_number("--max-warnings", raw.most_warnings, most_warnings);
  if (raw.fix && raw.diff)
    throw usage_fault("--fix and --diff exclude each other", "--diff shows what --fix would change");
  if (raw.diff && options.format != LintFormat::text)
    throw usage_fault("--diff has a format of its own", "leave --format out");
  const bool reads_input = std::ranges::find(options.paths, "-") != options.paths.end();
  if (raw.fix && reads_input) throw usage_fault("--fix cannot change standard input", "use --diff");
  if (app.count("--stdin-filename") > 0 && (!reads_input || options.standard_input_name.empty()))
    throw usage_fault("--stdin-filename names the text of standard input, and `-` is not among the paths",
                      "`ibtest lint --stdin-filename component.yml - < component.yml`");
  if (raw.fix) options.fix = FixMode::apply;
  if (raw.diff) options.fix = FixMode::compare;
  return options;
}

std::vector<std::string> lint_flags() {
  RawLint raw;
  CLI::App app;
  declare_lint(app, raw);
  return flags_of(app);
}

}  // namespace ibtest
