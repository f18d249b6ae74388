#include "runner/cli/run_flags.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

#include "agent/document/yaml_tree.hpp"
#include "runner/cli/flag_parser.hpp"

namespace ibtest {

namespace {

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

void read_s3_options(const DocumentFlags& flags, S3Options& options) {
  for (const std::string& text : flags.s3_map) {
    auto [bucket, folder] = split_assignment("--s3-map", text, "BUCKET=FOLDER");
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      throw usage_fault(fmt::format("--s3-map {}: there is no folder {}", text, folder),
                        "make it, or name another one");
    options.map.insert_or_assign(std::move(bucket), std::filesystem::absolute(folder, ignored));
  }
  for (const std::string& text : flags.s3_owners) {
    auto [bucket, account] = split_assignment("--s3-bucket-owner", text, "BUCKET=ACCOUNT");
    check_account("--s3-bucket-owner " + text, account);
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

std::vector<std::filesystem::path> component_folders(const std::vector<std::string>& given) {
  std::vector<std::filesystem::path> folders;
  for (const std::string& folder : given) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
      throw usage_fault(fmt::format("--component-path {}: there is no such folder", folder),
                        "name a folder that holds component documents");
    folders.emplace_back(folder);
  }
  return folders;
}

/// `--flag` asks on the terminal, `--flag=VARIABLE` looks into the environment.
std::optional<PasswordSource> password_source(const CLI::App& app, const std::string& flag, const std::string& text) {
  if (app.count(flag) == 0) return std::nullopt;
  // What CLI11 says for a flag without a value.
  return PasswordSource{text == "true" ? std::string() : text};
}

void read_ssh_flags(const CLI::App& app, const RunFlags& flags, RunOptions& options) {
  for (const char* const flag : {"--ssh-config", "--ssh-key", "--accept-new-host-key", "--ssh-password",
                                 "--become-password", "--reboot-timeout", "--reconnect-timeout"}) {
    if (app.count(flag) > 0 &&
        std::ranges::none_of(options.targets, [](const std::string& target) { return target.starts_with("ssh:"); })) {
      throw usage_fault(fmt::format("{} is for targets that are reached by SSH", flag),
                        "name one: --target ssh:USER@HOST");
    }
  }
  need_path(app, "--ssh-config", "run");
  // Whether the files are there is seen when a host is to be reached.
  std::error_code ignored;
  if (app.count("--ssh-config") > 0)
    options.ssh.configuration = std::filesystem::absolute(flags.ssh_configuration, ignored);
  for (const std::string& key : flags.ssh_keys) {
    if (key.empty()) throw usage_fault("--ssh-key needs a path, not an empty text", see_help("run"));
    options.ssh.keys.push_back(std::filesystem::absolute(key, ignored));
  }
  options.ssh.accept_new_host_key = flags.accept_new_host_key;
  options.ssh.login_password = password_source(app, "--ssh-password", flags.login_password);
  options.ssh.become_password = password_source(app, "--become-password", flags.become_password);
  constexpr std::uint32_t a_day = 86'400;
  if (app.count("--reconnect-timeout") > 0) {
    options.ssh.reconnect_timeout =
        std::chrono::seconds(whole_number("--reconnect-timeout", flags.reconnect_timeout, a_day));
  }
  if (app.count("--reboot-timeout") == 0) return;
  const std::uint32_t seconds = whole_number("--reboot-timeout", flags.reboot_timeout, a_day);
  if (seconds == 0) throw usage_fault("--reboot-timeout 0: no host is up again at once", "give a number of seconds");
  options.ssh.reboot_timeout = std::chrono::seconds(seconds);
}

}  // namespace

void declare_run_flags(CLI::App& app, RunFlags& flags, const std::string& target_names) {
  repeated(app.add_option(target_names, flags.targets));
  app.add_option("--keep", flags.keep);
  app.add_option("--max-reboots", flags.max_reboots);
  app.add_option("--max-reboot-delay", flags.max_reboot_delay);
  app.add_option("--tmp-on-reboot", flags.tmp_on_reboot);
  app.add_option("--update-os", flags.update_os);
  app.add_option("--network", flags.network);
  app.add_flag("--no-sudo-shim", flags.no_sudo_shim);
  app.add_flag("--strict", flags.strict);
  app.add_flag("--pass-aws-env", flags.pass_aws_environment);
  repeated(app.add_option("--web-map", flags.web_map));
  app.add_flag("--web-offline", flags.web_offline);
  app.add_flag("--i-know-this-changes-my-machine", flags.allow_local);
  app.add_option("--ssh-config", flags.ssh_configuration);
  repeated(app.add_option("--ssh-key", flags.ssh_keys));
  app.add_flag("--accept-new-host-key", flags.accept_new_host_key);
  app.add_flag("--ssh-password", flags.login_password);
  app.add_flag("--become-password", flags.become_password);
  app.add_option("--reconnect-timeout", flags.reconnect_timeout);
  app.add_option("--reboot-timeout", flags.reboot_timeout);
  app.add_option("--values", flags.values_file);
  repeated(app.add_option("--secret", flags.secrets));
  app.add_option("--junit", flags.junit_file);
}

void declare_document_flags(CLI::App& app, DocumentFlags& flags) {
  repeated(app.add_option("--component-path", flags.component_folders));
  app.add_option("--max-document-size", flags.document_size);
  app.add_flag("--no-color", flags.no_color);
  app.add_option("--s3-endpoint", flags.s3.endpoint);
  repeated(app.add_option("--s3-map", flags.s3_map));
  repeated(app.add_option("--s3-bucket-owner", flags.s3_owners));
  app.add_flag("--s3-offline", flags.s3.offline);
  app.add_flag("--s3-no-sign", flags.s3.unsigned_requests);
  app.add_flag("--s3-virtual-hosts", flags.s3.virtual_hosts);
}

void read_run_flags(const CLI::App& app, const RunFlags& flags, RunOptions& options) {
  for (const std::string& target : flags.targets) {
    if (target.empty()) throw usage_fault("--target needs a value", see_help("run"));
  }
  options.targets = flags.targets;
  if (app.count("--keep") > 0) {
    options.keep = choose<KeepMode, 3>(
        "--keep", flags.keep,
        {{{"never", KeepMode::never}, {"on-failure", KeepMode::on_failure}, {"always", KeepMode::always}}});
  }
  constexpr std::uint32_t most_reboots = 1000;
  constexpr std::uint32_t longest_delay = 86'400;
  if (app.count("--max-reboots") > 0)
    options.reboot_limit = whole_number("--max-reboots", flags.max_reboots, most_reboots);
  if (app.count("--max-reboot-delay") > 0)
    options.longest_reboot_delay = whole_number("--max-reboot-delay", flags.max_reboot_delay, longest_delay);
  if (app.count("--tmp-on-reboot") > 0)
    options.empty_tmp_on_reboot =
        choose<bool, 2>("--tmp-on-reboot", flags.tmp_on_reboot, {{{"keep", false}, {"clear", true}}});
  if (app.count("--update-os") > 0)
    options.skip_updates = choose<bool, 2>("--update-os", flags.update_os, {{{"run", false}, {"skip", true}}});
  if (app.count("--network") > 0)
    options.without_network = choose<bool, 2>("--network", flags.network, {{{"default", false}, {"none", true}}});
  options.sudo_stand_in = !flags.no_sudo_shim;
  options.strict = flags.strict;
  options.pass_aws_environment = flags.pass_aws_environment;
  options.web.offline = flags.web_offline;
  read_web_map(flags.web_map, options.web);
  options.allow_local = flags.allow_local;
  read_ssh_flags(app, flags, options);
  need_path(app, "--values", "run");
  need_path(app, "--junit", "run");
  options.values_file = flags.values_file;
  options.secrets = flags.secrets;
  options.junit_file = flags.junit_file;
}

void read_document_flags(const CLI::App& app, const DocumentFlags& flags, DocumentOptions& options) {
  options.component_folders = component_folders(flags.component_folders);
  if (app.count("--max-document-size") > 0) options.most_document_bytes = document_size(flags.document_size);
  options.no_color = flags.no_color;
  options.s3 = flags.s3;
  read_s3_options(flags, options.s3);
}

void need_path(const CLI::App& app, const std::string& flag, std::string_view command) {
  if (app.count(flag) > 0 && app[flag]->as<std::string>().empty())
    throw usage_fault(flag + " needs a path, not an empty text", see_help(command));
}

}  // namespace ibtest
