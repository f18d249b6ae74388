#include "runner/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "runner/cli/flag_parser.hpp"
#include "runner/cli/lint_flags.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 4> commands = {"run", "lint", "clean", "help"};

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
  std::string update_os;
  bool no_sudo_shim = false;
  bool quiet = false;
  bool verbose = false;
};

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
  app.add_flag("--i-know-this-changes-my-machine", raw.options.allow_local);
  app.add_option("--s3-endpoint", raw.options.s3.endpoint);
  repeated(app.add_option("--s3-map", raw.s3_map));
  repeated(app.add_option("--s3-bucket-owner", raw.s3_owners));
  app.add_flag("--s3-offline", raw.options.s3.offline);
  app.add_flag("--s3-no-sign", raw.options.s3.unsigned_requests);
  app.add_flag("--s3-virtual-hosts", raw.options.s3.virtual_hosts);
  app.add_flag("-h,--help");
}

void declare_clean(CLI::App& app, CleanOptions& options) {
  app.set_help_flag();
  app.add_flag("--all", options.everything);
  app.add_flag("-h,--help");
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

std::vector<std::string> phases_from(const std::string& text) {
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

ParsedCommand parse_run(const std::vector<std::string>& arguments) {
  RawRun raw;
  CLI::App app;
  declare_run(app, raw);
  parse_flags(app, "run", arguments);
  if (app.count("--help") > 0) return HelpOptions{"run"};
  RunOptions& options = raw.options;
  if (options.files.empty())
    throw usage_fault("no component document was given", "name one: `ibtest run component.yml`");
  if (app.count("--phases") > 0) options.phases = phases_from(raw.phases);
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
  if (raw.quiet && raw.verbose) throw usage_fault("-q and -v exclude each other", "give one of them");
  if (raw.quiet) options.verbosity = Verbosity::quiet;
  if (raw.verbose) options.verbosity = Verbosity::verbose;
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
  if (command == "run") return parse_run(rest);
  if (command == "lint") {
    auto options = parse_lint(rest);
    if (!options) return HelpOptions{"lint"};
    return std::move(*options);
  }
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
  if (!arguments.empty() && arguments.front() == "lint") return false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--format=json") return true;
    if (arguments[i] == "--format" && i + 1 < arguments.size() && arguments[i + 1] == "json") return true;
  }
  return false;
}

std::vector<std::string> command_flags(const std::string& command) {
  CLI::App app;
  RawRun raw;
  CleanOptions clean;
  if (command == "lint") return lint_flags();
  if (command == "run") declare_run(app, raw);
  if (command == "clean") declare_clean(app, clean);
  return flags_of(app);
}

}  // namespace ibtest
