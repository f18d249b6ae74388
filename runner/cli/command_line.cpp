#include "runner/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 4> commands = {"run", "resume", "clean", "help"};

Fault usage_fault(std::string what, std::string remedy) {
  return {ExitStatus::not_runnable, std::move(what), std::move(remedy)};
}

std::string see_help(std::string_view command) {
  return command.empty() ? "`ibtest help` shows how to call it"
                         : fmt::format("`ibtest help {}` shows all flags", command);
}

/// What the user typed, before the words are turned into values.
struct RawRun {
  RunOptions options;
  std::string phases;
  std::string stages;
  std::string keep;
  std::string format;
  std::string document_size;
  std::string max_reboots;
  std::string max_reboot_delay;
  std::string tmp_on_reboot;
  std::vector<std::string> s3_map;
  std::vector<std::string> s3_owners;
  std::vector<std::string> web_map;
  std::string update_os;
  bool no_sudo_shim = false;
  bool quiet = false;
  bool verbose = false;
};

// One value per flag: otherwise a flag that may be repeated would swallow the files after it.
CLI::Option* repeated(CLI::Option* option) {
  return option->take_all()->allow_extra_args(false);
}

void declare_run(CLI::App& app, RawRun& raw) {
  app.set_help_flag();  // ours, with texts of our own
  app.add_option("FILE", raw.options.files);
  repeated(app.add_option("--target,-t", raw.options.targets));
  app.add_option("--phases,-p", raw.phases);
  repeated(app.add_option("--param", raw.options.parameters));
  app.add_option("--params-file", raw.options.parameters_file);
  app.add_option("--values", raw.options.values_file);
  app.add_option("--max-reboots", raw.max_reboots);
  app.add_option("--max-reboot-delay", raw.max_reboot_delay);
  app.add_option("--tmp-on-reboot", raw.tmp_on_reboot);
  app.add_option("--update-os", raw.update_os);
  app.add_option("--stages", raw.stages);
  app.add_option("--keep", raw.keep);
  app.add_option("--log-dir", raw.options.log_directory);
  app.add_option("--format", raw.format);
  app.add_option("--junit", raw.options.junit_file);
  app.add_flag("--no-color", raw.options.no_color);
  app.add_flag("-q,--quiet", raw.quiet);
  app.add_flag("-v,--verbose", raw.verbose);
  app.add_option("--max-document-size", raw.document_size);
  app.add_flag("--no-sudo-shim", raw.no_sudo_shim);
  app.add_flag("--strict", raw.options.strict);
  app.add_flag("--pass-aws-env", raw.options.pass_aws_environment);
  repeated(app.add_option("--web-map", raw.web_map));
  app.add_flag("--web-offline", raw.options.web.offline);
  app.add_flag("--i-know-this-changes-my-machine", raw.options.allow_local);
  app.add_flag("--allow-reboot", raw.options.allow_reboot);
  app.add_option("--s3-endpoint", raw.options.s3.endpoint);
  repeated(app.add_option("--s3-map", raw.s3_map));
  repeated(app.add_option("--s3-bucket-owner", raw.s3_owners));
  app.add_flag("--s3-offline", raw.options.s3.offline);
  app.add_flag("--s3-no-sign", raw.options.s3.unsigned_requests);
  app.add_flag("--s3-virtual-hosts", raw.options.s3.virtual_hosts);
  app.add_flag("-h,--help");
}

void declare_resume(CLI::App& app, ResumeOptions& options) {
  app.set_help_flag();
  app.add_option("RUN", options.run);
  app.add_flag("-h,--help");
}

void declare_clean(CLI::App& app, CleanOptions& options) {
  app.set_help_flag();
  app.add_flag("--all", options.everything);
  app.add_flag("-h,--help");
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames())
      names.push_back("--" + name);
    for (const std::string& name : option->get_snames())
      names.push_back("-" + name);
  }
  return names;
}

std::string suggestion(std::string_view given, const std::vector<std::string>& candidates, std::string_view otherwise) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  const auto nearest = nearest_name(given, views);
  return nearest ? fmt::format("did you mean `{}`?", *nearest) : std::string(otherwise);
}

// Parses one command's arguments; what CLI11 says about mistakes is said again in our words.
void parse(CLI::App& app, std::string_view command, std::vector<std::string> arguments) {
  app.allow_extras();
  app.failure_message({});
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ArgumentMismatch& error) {
    // "--target: 1 required TEXT missing"
    const std::string text = error.what();
    const std::string flag = text.substr(0, text.find(':'));
    // "--junit: At Most 1 required but received 2"
    if (text.find("received") != std::string::npos)
      throw usage_fault(fmt::format("{} may be given only once", flag), see_help(command));
    throw usage_fault(fmt::format("{} needs a value", flag), see_help(command));
  } catch (const CLI::ParseError& error) {
    throw usage_fault(error.what(), see_help(command));
  }
  for (const std::string& extra : app.remaining()) {
    if (extra.size() > 1 && extra.front() == '-') {
      const std::string flag = extra.substr(0, extra.find('='));
      throw usage_fault(fmt::format("unknown flag {}", flag), suggestion(flag, flags_of(app), see_help(command)));
    }
    throw usage_fault(fmt::format("`ibtest {}` takes no argument `{}`", command, extra), see_help(command));
  }
}

template <typename Value, std::size_t N>
Value choose(std::string_view flag, const std::string& given,
             const std::array<std::pair<std::string_view, Value>, N>& choices) {
  std::vector<std::string> words;
  for (const auto& [word, value] : choices) {
    if (given == word) return value;
    words.emplace_back(word);
  }
  throw usage_fault(fmt::format("{} cannot be `{}`", flag, given),
                    suggestion(given, words, fmt::format("it is one of: {}", fmt::join(words, ", "))));
}

std::uint32_t whole_number(std::string_view flag, const std::string& text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > most)
    throw usage_fault(fmt::format("{} cannot be `{}`", flag, text),
                      fmt::format("give a whole number from 0 to {}", most));
  return number;
}

std::size_t document_size(const std::string& text) {
  constexpr std::size_t most = YamlBudget{}.bytes;
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size() || size == 0 || size > most)
    throw usage_fault(fmt::format("--max-document-size cannot be `{}`", text),
                      fmt::format("give a number of bytes from 1 to {}; the default is {}, Image Builder's usual quota",
                                  most, default_document_size));
  return size;
}

std::vector<std::string> split_phases(const std::string& text) {
  std::vector<std::string> phases;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    std::string name = text.substr(start, comma - start);
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (name.empty())
      throw usage_fault("--phases has an empty name",
                        "give phase names with commas between them: --phases build,validate");
    phases.push_back(std::move(name));
    start = comma + 1;
  }
  return phases;
}

/// Splits "name=value".
std::pair<std::string, std::string> split_assignment(std::string_view flag, const std::string& text,
                                                     std::string_view form) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
    throw usage_fault(fmt::format("{} cannot be `{}`", flag, text), fmt::format("write {} {}", flag, form));
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void read_s3_options(const RawRun& raw, S3Options& options) {
  for (const std::string& text : raw.s3_map) {
    auto [bucket, folder] = split_assignment("--s3-map", text, "BUCKET=FOLDER");
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      throw usage_fault(fmt::format("--s3-map {}: there is no folder {}", text, folder),
                        "make it, or name another one");
    options.map.insert_or_assign(std::move(bucket), std::filesystem::absolute(folder, ignored));
  }
  for (const std::string& text : raw.s3_owners) {
    auto [bucket, account] = split_assignment("--s3-bucket-owner", text, "BUCKET=ACCOUNT");
    constexpr std::size_t account_digits = 12;
    if (account.size() != account_digits || account.find_first_not_of("0123456789") != std::string::npos)
      throw usage_fault(fmt::format("--s3-bucket-owner {}: `{}` is no account", text, account), "give its 12 digits");
    options.bucket_owners.insert_or_assign(std::move(bucket), std::move(account));
  }
  const std::string& endpoint = options.endpoint;
  if (!endpoint.empty() && !endpoint.starts_with("http://") && !endpoint.starts_with("https://"))
    throw usage_fault(fmt::format("--s3-endpoint cannot be `{}`", endpoint),
                      "give a URL, such as http://localhost:9000");
}

void read_web_map(const std::vector<std::string>& texts, WebMapOptions& options) {
  for (const std::string& text : texts) {
    // A URL may have `=` in its query.
    const auto equals = text.rfind('=');
    const std::string url = equals == std::string::npos ? std::string() : mapped_url(text.substr(0, equals));
    if (url.empty() || equals + 1 == text.size())
      throw usage_fault(fmt::format("--web-map cannot be `{}`", text),
                        "write --web-map URL=FILE, or --web-map URL/=FOLDER for all URLs below one");
    const std::filesystem::path path = text.substr(equals + 1);
    std::error_code ignored;
    if (url.ends_with('/') && !std::filesystem::is_directory(path, ignored))
      throw usage_fault(fmt::format("--web-map {}: there is no folder {}", text, path.string()),
                        "a URL that ends in `/` is served from a folder");
    if (!url.ends_with('/') && !std::filesystem::is_regular_file(path, ignored))
      throw usage_fault(fmt::format("--web-map {}: there is no file {}", text, path.string()),
                        "a URL is served from a file; end it with `/` to serve all URLs below it from a folder");
    options.map.insert_or_assign(url, std::filesystem::absolute(path, ignored));
  }
}

ParsedCommand parse_run(const std::vector<std::string>& arguments) {
  RawRun raw;
  CLI::App app;
  declare_run(app, raw);
  parse(app, "run", arguments);
  if (app.count("--help") > 0) return HelpOptions{"run"};
  RunOptions& options = raw.options;
  if (options.files.empty())
    throw usage_fault("no component document was given", "name one: `ibtest run component.yml`");
  if (app.count("--phases") > 0) options.phases = split_phases(raw.phases);
  if (app.count("--stages") > 0) {
    options.stages =
        choose<StageMode, 2>("--stages", raw.stages, {{{"image", StageMode::image}, {"inline", StageMode::single}}});
  }
  if (app.count("--keep") > 0) {
    options.keep = choose<KeepMode, 3>(
        "--keep", raw.keep,
        {{{"never", KeepMode::never}, {"on-failure", KeepMode::on_failure}, {"always", KeepMode::always}}});
  }
  if (app.count("--format") > 0) {
    options.format = choose<OutputFormat, 3>(
        "--format", raw.format,
        {{{"text", OutputFormat::text}, {"json", OutputFormat::json}, {"jsonl", OutputFormat::jsonl}}});
  }
  for (const std::string_view flag : {"--params-file", "--values", "--log-dir", "--junit"}) {
    const std::string name(flag);
    if (app.count(name) > 0 && app[name]->as<std::string>().empty())
      throw usage_fault(name + " needs a path, not an empty text", see_help("run"));
  }
  for (const std::string& target : options.targets) {
    if (target.empty()) throw usage_fault("--target needs a value", see_help("run"));
  }
  if (options.allow_reboot && options.targets != std::vector<std::string>{"local"})
    throw usage_fault("--allow-reboot is for `--target local` alone", "containers are rebooted without being asked");
  if (app.count("--max-document-size") > 0) options.most_document_bytes = document_size(raw.document_size);
  constexpr std::uint32_t most_reboots = 1000;
  constexpr std::uint32_t longest_delay = 86'400;
  if (app.count("--max-reboots") > 0)
    options.reboot_limit = whole_number("--max-reboots", raw.max_reboots, most_reboots);
  if (app.count("--max-reboot-delay") > 0)
    options.longest_reboot_delay = whole_number("--max-reboot-delay", raw.max_reboot_delay, longest_delay);
  if (app.count("--tmp-on-reboot") > 0)
    options.empty_tmp_on_reboot =
        choose<bool, 2>("--tmp-on-reboot", raw.tmp_on_reboot, {{{"keep", false}, {"clear", true}}});
  if (app.count("--update-os") > 0)
    options.skip_updates = choose<bool, 2>("--update-os", raw.update_os, {{{"run", false}, {"skip", true}}});
  options.sudo_stand_in = !raw.no_sudo_shim;
  read_s3_options(raw, options.s3);
  read_web_map(raw.web_map, options.web);
  if (raw.quiet && raw.verbose) throw usage_fault("-q and -v exclude each other", "give one of them");
  if (raw.quiet) options.verbosity = Verbosity::quiet;
  if (raw.verbose) options.verbosity = Verbosity::verbose;
  return options;
}

ParsedCommand parse_resume(const std::vector<std::string>& arguments) {
  ResumeOptions options;
  CLI::App app;
  declare_resume(app, options);
  parse(app, "resume", arguments);
  if (app.count("--help") > 0) return HelpOptions{"resume"};
  if (options.run.empty())
    throw usage_fault("no run was given", "name the one that asked for the reboot: `ibtest resume latest`");
  return options;
}

ParsedCommand parse_clean(const std::vector<std::string>& arguments) {
  CleanOptions options;
  CLI::App app;
  declare_clean(app, options);
  parse(app, "clean", arguments);
  if (app.count("--help") > 0) return HelpOptions{"clean"};
  return options;
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
  if (command == "run") {
    ParsedCommand parsed = parse_run(rest);
    if (auto* const options = std::get_if<RunOptions>(&parsed)) options->arguments = arguments;
    return parsed;
  }
  if (command == "resume") return parse_resume(rest);
  if (command == "clean") return parse_clean(rest);
  if (command == "--version" || command == "-V" || command == "version") return VersionOptions{};
  if (command == "help" || command == "--help" || command == "-h") {
    if (rest.empty()) return HelpOptions{};
    if (std::find(commands.begin(), commands.end(), rest.front()) == commands.end())
      throw unknown_command(rest.front());
    return HelpOptions{rest.front() == "help" ? "" : rest.front()};
  }
  throw unknown_command(command.empty() ? "''" : command);
}

bool asks_for_json(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--format=json") return true;
    if (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json") return true;
  }
  return false;
}

std::vector<std::string> command_flags(const std::string& command) {
  CLI::App app;
  RawRun raw;
  ResumeOptions resume;
  CleanOptions clean;
  if (command == "run") declare_run(app, raw);
  if (command == "resume") declare_resume(app, resume);
  if (command == "clean") declare_clean(app, clean);
  return flags_of(app);
}

}  // namespace ibtest
