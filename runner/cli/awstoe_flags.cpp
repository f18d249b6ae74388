#include "runner/cli/awstoe_flags.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "actions/action.hpp"
#include "runner/cli/flag_parser.hpp"
#include "runner/cli/run_flags.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 2> commands = {"run", "validate"};

Fault unknown_command(const std::string& word) {
  return usage_fault(fmt::format("awstoe has no command `{}`", word),
                     suggestion(word, {commands.begin(), commands.end()}, "the commands are: run, validate"));
}

struct RawAwstoeRun {
  AwstoeRunOptions options;
  RunFlags run;
  DocumentFlags reading;
  std::array<bool, awstoe_switches.size()> switches = {};
  std::string documents;
  std::string parameters;
  std::string blocked_actions;
};

struct RawAwstoeValidate {
  AwstoeValidateOptions options;
  DocumentFlags reading;
  std::string platforms;
  std::string blocked_actions;
};

void declare_run(CLI::App& app, RawAwstoeRun& raw) {
  app.set_help_flag();  // ours, with texts of our own
  app.add_option("--config,-c", raw.options.config);
  app.add_option("--documents,-d", raw.documents);
  app.add_option("--parameters", raw.parameters);
  app.add_option("--blocked-action-modules", raw.blocked_actions);
  for (const auto& setting : awstoe_text_settings)
    app.add_option(setting.flags, raw.options.settings.*setting.member);
  for (std::size_t i = 0; i < awstoe_switches.size(); ++i)
    app.add_flag(awstoe_switches[i].flags, raw.switches[i]);
  declare_run_flags(app, raw.run, "--target");
  declare_document_flags(app, raw.reading);
  app.add_flag("-v,--version");
  app.add_flag("-h,--help");
}

void declare_validate(CLI::App& app, RawAwstoeValidate& raw) {
  app.set_help_flag();
  app.add_option("--documents,-d", raw.options.documents_text);
  app.add_option("--document-s3-bucket-owner", raw.options.document_bucket_owner);
  app.add_option("--os-platforms", raw.platforms);
  app.add_option("--blocked-action-modules", raw.blocked_actions);
  app.add_flag("--trace,-t", raw.options.trace);
  declare_document_flags(app, raw.reading);
  app.add_flag("-h,--help");
}

// The flag that an argument names, if any: "documents" for "-documents=a", "d" for "-d=a".
const CLI::Option* named_flag(const CLI::App& app, std::string_view argument) {
  if (argument.size() < 2 || argument.front() != '-') return nullptr;
  argument.remove_prefix(argument.starts_with("--") ? 2 : 1);
  const std::string name(argument.substr(0, argument.find('=')));
  for (const CLI::Option* option : app.get_options()) {
    if (option->check_lname(name) || option->check_sname(name)) return option;
  }
  return nullptr;
}

// Go programs take long flags with one dash, a value behind `=` for short ones, and empty values; CLI11 does not.
std::vector<std::string> in_usual_form(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> usual;
  for (const std::string& argument : arguments) {
    const CLI::Option* const option = named_flag(app, argument);
    if (option == nullptr) {
      usual.push_back(argument);
      continue;
    }
    const auto equals = argument.find('=');
    std::string flag = argument.substr(0, equals);
    const bool one_dash = !flag.starts_with("--");
    if (one_dash && option->check_lname(flag.substr(1))) flag.insert(0, "-");
    if (equals == std::string::npos) {
      usual.push_back(flag);
    } else if (option->get_expected_min() == 0) {  // a switch: its value stays with it
      usual.push_back((one_dash && flag.size() == 2 ? "--" + option->get_lnames().front() : flag) +
                      argument.substr(equals));
    } else {
      usual.push_back(flag);
      usual.push_back(argument.substr(equals + 1));
    }
  }
  return usual;
}

ParsedCommand parse_run(const std::vector<std::string>& arguments) {
  RawAwstoeRun raw;
  CLI::App app;
  declare_run(app, raw);
  parse_flags(app, "awstoe run", in_usual_form(app, arguments));
  if (app.count("--help") > 0) return HelpOptions{"awstoe run"};
  if (app.count("--version") > 0) return VersionOptions{};
  AwstoeRunOptions& options = raw.options;
  AwstoeSettings& settings = options.settings;
  const bool has_config = app.count("--config") > 0;
  // CLI-1, CLI-2, CFG-4
  if (has_config && (app.count("--documents") > 0 || app.count("--parameters") > 0))
    throw usage_fault(fmt::format("--config and {} exclude each other",
                                  app.count("--documents") > 0 ? "--documents" : "--parameters"),
                      "write documents and parameters into the config file");
  if (has_config && options.config.empty())
    throw usage_fault("--config needs a path or an S3 URI, not an empty text", see_help("awstoe run"));
  if (!has_config && raw.documents.empty())
    throw usage_fault(
        "neither --documents nor --config was given",
        "name documents, with commas and no blanks between them: `ibtest awstoe run --documents a.yml,b.yml`");
  if (!has_config) {
    for (std::string& location : split_at_commas(raw.documents))
      settings.documents.push_back({std::move(location), {}});
  }
  if (!raw.parameters.empty()) settings.parameters = parse_parameters(split_at_commas(raw.parameters), "--parameters");
  for (std::size_t i = 0; i < awstoe_switches.size(); ++i) {
    const std::string flags = awstoe_switches[i].flags;
    if (app.count(flags.substr(0, flags.find(','))) > 0) settings.*awstoe_switches[i].member = raw.switches[i];
  }
  if (raw.run.targets.size() > 1) throw usage_fault("--target may be given only once", see_help("awstoe run"));
  read_run_flags(app, raw.run, options.run);
  read_document_flags(app, raw.reading, options.run);
  if (!raw.blocked_actions.empty()) options.run.blocked_actions = split_at_commas(raw.blocked_actions);
  return std::move(options);
}

// CLI-16
std::vector<Platform> platforms_from(const std::string& text) {
  if (text.empty()) return {Platform::linux_os};
  std::vector<Platform> platforms;
  for (const std::string& word : split_at_commas(text)) {
    platforms.push_back(choose<Platform, 3>(
        "--os-platforms", word,
        {{{"linux", Platform::linux_os}, {"windows", Platform::windows}, {"darwin", Platform::macos}}}));
  }
  return platforms;
}

ParsedCommand parse_validate(const std::vector<std::string>& arguments) {
  RawAwstoeValidate raw;
  CLI::App app;
  declare_validate(app, raw);
  parse_flags(app, "awstoe validate", in_usual_form(app, arguments));
  if (app.count("--help") > 0) return HelpOptions{"awstoe validate"};
  AwstoeValidateOptions& options = raw.options;
  if (app.count("--documents") == 0)
    throw usage_fault("no document was named", "`ibtest awstoe validate --documents a.yml,b.yml`");
  // CLI-17: an empty list is valid.
  if (!options.documents_text.empty()) options.documents = split_at_commas(options.documents_text);
  options.platforms = platforms_from(raw.platforms);
  if (!raw.blocked_actions.empty()) options.blocked_actions = split_at_commas(raw.blocked_actions);
  check_account("--document-s3-bucket-owner", options.document_bucket_owner);
  read_document_flags(app, raw.reading, options);
  return std::move(options);
}

ParsedCommand parse(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return HelpOptions{"awstoe"};
  const std::string& word = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (word == "run") return parse_run(rest);
  if (word == "validate") return parse_validate(rest);
  if (word == "--version" || word == "-version" || word == "-v") return VersionOptions{};
  if (word == "help") return HelpOptions{awstoe_help_topic(rest)};
  if (word == "--help" || word == "-help" || word == "-h") return HelpOptions{"awstoe"};
  throw unknown_command(word);
}

}  // namespace

ParsedCommand parse_awstoe(const std::vector<std::string>& arguments) {
  try {
    return parse(arguments);
  } catch (const Fault& fault) {
    // Of bad arguments that program says 1, too (D-12).
    throw Fault(ExitStatus::component_failed, fault.message(), fault.remedy());
  }
}

std::string awstoe_help_topic(const std::vector<std::string>& words) {
  if (words.empty()) return "awstoe";
  if (std::ranges::find(commands, words.front()) == commands.end()) throw unknown_command(words.front());
  return "awstoe " + words.front();
}

std::vector<std::string> awstoe_flags(const std::string& command) {
  CLI::App app;
  RawAwstoeRun run;
  RawAwstoeValidate validate;
  if (command == "awstoe run") declare_run(app, run);
  if (command == "awstoe validate") declare_validate(app, validate);
  return flags_of(app);
}

}  // namespace ibtest
