#include "runner/cli/command_line.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "runner/cli/awstoe_flags.hpp"
#include "runner/cli/flag_parser.hpp"
#include "runner/cli/lint_flags.hpp"
#include "runner/cli/run_flags.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 9> commands = {"run",    "lint",   "lsp",   "schema", "awstoe",
                                                      "attach", "resume", "clean", "help"};

/// `ibtest run` as typed, before the words are turned into values.
struct RawRun {
  RunFlags run;
  DocumentFlags documents;
  std::vector<std::string> files;
  std::string phases;
  std::vector<std::string> parameters;
  std::string parameters_file;
  std::string stages;
  std::string jobs;
  bool fail_fast = false;
  bool separately = false;
  std::string log_directory;
  std::string format;
  bool allow_reboot = false;
  bool quiet = false;
  bool verbose = false;
};

void declare_run(CLI::App& app, RawRun& raw) {
  app.set_help_flag();  // ours, with texts of our own
  app.add_option("FILE", raw.files);
  declare_run_flags(app, raw.run, "--target,-t");
  declare_document_flags(app, raw.documents);
  app.add_option("--phases,-p", raw.phases);
  repeated(app.add_option("--param", raw.parameters));
  app.add_option("--params-file", raw.parameters_file);
  app.add_option("--stages", raw.stages);
  app.add_option("--log-dir", raw.log_directory);
  app.add_option("--format", raw.format);
  app.add_flag("--allow-reboot", raw.allow_reboot);
  app.add_option("-j,--jobs", raw.jobs);
  app.add_flag("--fail-fast", raw.fail_fast);
  app.add_flag("--separately", raw.separately);
  app.add_flag("-q,--quiet", raw.quiet);
  app.add_flag("-v,--verbose", raw.verbose);
  app.add_flag("-h,--help");
}

/// Of `resume` and `attach`.
void declare_saved_run(CLI::App& app, std::string& run) {
  app.set_help_flag();
  app.add_option("RUN", run);
  app.add_flag("-h,--help");
}

void declare_clean(CLI::App& app, CleanOptions& options) {
  app.set_help_flag();
  app.add_flag("--all", options.everything);
  app.add_flag("-h,--help");
}

void declare_lsp(CLI::App& app) {
  app.set_help_flag();
  app.add_flag("--stdio");  // what editors add for servers of this kind; there is no other
  app.add_flag("-h,--help");
}

void declare_schema(CLI::App& app) {
  app.set_help_flag();
  app.add_flag("-h,--help");
}

std::vector<std::string> named_phases(const std::string& text) {
  std::vector<std::string> phases = split_at_commas(text);
  for (std::string& name : phases) {
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (name.empty())
      throw usage_fault("--phases has an empty name",
                        "give phase names with commas between them: --phases build,validate");
  }
  return phases;
}

ParsedCommand parse_run(const std::vector<std::string>& arguments) {
  RawRun raw;
  CLI::App app;
  declare_run(app, raw);
  parse_flags(app, "run", arguments);
  if (app.count("--help") > 0) return HelpOptions{"run"};
  RunOptions options;
  if (raw.files.empty()) throw usage_fault("no component document was given", "name one: `ibtest run component.yml`");
  for (const std::string& file : raw.files)
    options.documents.push_back({file, {}});
  if (app.count("--phases") > 0) options.phases = named_phases(raw.phases);
  if (app.count("--stages") > 0) {
    options.stages =
        choose<StageMode, 2>("--stages", raw.stages, {{{"image", StageMode::image}, {"inline", StageMode::single}}});
  }
  if (app.count("--format") > 0) {
    options.format = choose<OutputFormat, 3>(
        "--format", raw.format,
        {{{"text", OutputFormat::text}, {"json", OutputFormat::json}, {"jsonl", OutputFormat::jsonl}}});
  }
  read_run_flags(app, raw.run, options);
  read_document_flags(app, raw.documents, options);
  options.allow_reboot = raw.allow_reboot;
  if (options.allow_reboot && options.targets != std::vector<std::string>{"local"})
    throw usage_fault("--allow-reboot is for `--target local` alone", "other targets are rebooted without being asked");
  constexpr std::uint32_t most_jobs = 256;
  if (app.count("--jobs") > 0) options.jobs = whole_number("--jobs", raw.jobs, most_jobs);
  if (options.jobs == 0) throw usage_fault("--jobs 0: nothing would ever run", "give the number of runs at once");
  options.fail_fast = raw.fail_fast;
  options.separately = raw.separately;
  need_path(app, "--params-file", "run");
  need_path(app, "--log-dir", "run");
  options.parameters = parse_parameters(raw.parameters, "--param");
  options.parameters_file = raw.parameters_file;
  options.log_directory = raw.log_directory;
  if (raw.quiet && raw.verbose) throw usage_fault("-q and -v exclude each other", "give one of them");
  if (raw.quiet) options.verbosity = Verbosity::quiet;
  if (raw.verbose) options.verbosity = Verbosity::verbose;
  return options;
}

/// Of `resume` and `attach`; `which` is the run that they go on with.
template <typename Options>
ParsedCommand parse_saved_run(const std::string& command, std::string_view which,
                              const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app;
  declare_saved_run(app, options.run);
  parse_flags(app, command, arguments);
  if (app.count("--help") > 0) return HelpOptions{command};
  if (options.run.empty())
    throw usage_fault("no run was given", fmt::format("name the one that {}: `ibtest {} latest`", which, command));
  return options;
}

ParsedCommand parse_clean(const std::vector<std::string>& arguments) {
  CleanOptions options;
  CLI::App app;
  declare_clean(app, options);
  parse_flags(app, "clean", arguments);
  if (app.count("--help") > 0) return HelpOptions{"clean"};
  return options;
}

ParsedCommand parse_lsp(const std::vector<std::string>& arguments) {
  CLI::App app;
  declare_lsp(app);
  parse_flags(app, "lsp", arguments);
  if (app.count("--help") > 0) return HelpOptions{"lsp"};
  return LspOptions{};
}

ParsedCommand parse_schema(const std::vector<std::string>& arguments) {
  CLI::App app;
  declare_schema(app);
  parse_flags(app, "schema", arguments);
  if (app.count("--help") > 0) return HelpOptions{"schema"};
  return SchemaOptions{};
}

Fault unknown_command(const std::string& word) {
  if (std::error_code ignored; std::filesystem::is_regular_file(word, ignored))
    return usage_fault(fmt::format("`{}` is a file, not a command", word),
                       fmt::format("did you mean `ibtest run {}`?", word));
  if (word.front() == '-')
    return usage_fault(
        fmt::format("unknown flag {}", word),
        suggestion(word, {"--help", "--version"}, "flags of a command come after it: `ibtest run FILE " + word + "`"));
  return usage_fault(fmt::format("unknown command `{}`", word),
                     suggestion(word, {commands.begin(), commands.end()},
                                fmt::format("the commands are: {}", fmt::join(commands, ", "))));
}

}  // namespace

ParsedCommand parse_command_line(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return HelpOptions{};
  const std::string& command = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (command == "awstoe") return parse_awstoe(rest);
  if (command == "run") {
    ParsedCommand parsed = parse_run(rest);
    if (auto* const options = std::get_if<RunOptions>(&parsed)) options->arguments = arguments;
    return parsed;
  }
  if (command == "resume") return parse_saved_run<ResumeOptions>(command, "asked for the reboot", rest);
  if (command == "attach") return parse_saved_run<AttachOptions>(command, "ibtest has left", rest);
  if (command == "lint") {
    auto options = parse_lint(rest);
    if (!options) return HelpOptions{"lint"};
    return std::move(*options);
  }
  if (command == "lsp") return parse_lsp(rest);
  if (command == "schema") return parse_schema(rest);
  if (command == "clean") return parse_clean(rest);
  if (command == "--version" || command == "-V" || command == "version") return VersionOptions{};
  if (command == "help" || command == "--help" || command == "-h") {
    if (rest.empty()) return HelpOptions{};
    if (std::find(commands.begin(), commands.end(), rest.front()) == commands.end())
      throw unknown_command(rest.front());
    if (rest.front() == "awstoe") return HelpOptions{awstoe_help_topic({rest.begin() + 1, rest.end()})};
    return HelpOptions{rest.front() == "help" ? "" : rest.front()};
  }
  throw unknown_command(command.empty() ? "''" : command);
}

bool asks_for_json(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments.front() == "lint") return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--format=json") return true;
    if (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json") return true;
  }
  return false;
}

std::vector<std::string> command_flags(const std::string& command) {
  if (command.starts_with("awstoe ")) return awstoe_flags(command);
  CLI::App app;
  RawRun raw;
  std::string saved;
  CleanOptions clean;
  if (command == "lint") return lint_flags();
  if (command == "run") declare_run(app, raw);
  if (command == "resume" || command == "attach") declare_saved_run(app, saved);
  if (command == "lsp") declare_lsp(app);
  if (command == "schema") declare_schema(app);
  if (command == "clean") declare_clean(app, clean);
  return flags_of(app);
}

}  // namespace ibtest
