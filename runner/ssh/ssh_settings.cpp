#include "runner/ssh/ssh_settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/subprocess/find_program.hpp"
#include "runner/subprocess/process_loop.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

constexpr auto question_limit = 30s;
constexpr std::string_view blanks = " \t\r";

Fault address_fault(std::string_view text, const std::string& what) {
  return {ExitStatus::not_runnable, fmt::format("the target \"ssh:{}\" {}", text, what),
          "Write ssh:[USER@]HOST[:PORT]; an IPv6 address with a port stands in brackets."};
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// The words of a value, in which quotes keep blanks together.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool inside = false;
  for (const char letter : text) {
    if (letter == '"') {
      quoted = !quoted;
      inside = true;
    } else if (!quoted && blanks.find(letter) != std::string_view::npos) {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
    } else {
      word += letter;
      inside = true;
    }
  }
  if (inside) words.push_back(word);
  return words;
}

/// Puts what they stand for in the place of the tokens.
class TokenReplacement {
 public:
  TokenReplacement(const SshSettings& settings, const SshTokens& tokens) : settings_(settings), tokens_(tokens) {}

  [[nodiscard]] std::string in(std::string_view text) const {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '%' || i + 1 == text.size()) {
        result += text[i];
      } else {
        result += value_of(text[++i]);
      }
    }
    return result;
  }

  [[nodiscard]] std::filesystem::path path(std::string_view text) const {
    const std::string name = in(text);
    if (name == "~" || name.starts_with("~/")) return tokens_.home + name.substr(1);
    return name;
  }

 private:
  [[nodiscard]] std::string value_of(char token) const {
    switch (token) {
      case '%':
        return "%";
      case 'h':
        return settings_.host_name;
      case 'n':
        return settings_.host;
      case 'k':
        return settings_.key_alias.empty() ? settings_.host : settings_.key_alias;
      case 'p':
        return std::to_string(settings_.port);
      case 'r':
        return settings_.user;
      case 'd':
        return tokens_.home;
      case 'u':
        return tokens_.local_user;
      case 'i':
        return tokens_.local_id;
      case 'l':
        return tokens_.local_host;
      case 'L':
        return tokens_.local_host.substr(0, tokens_.local_host.find('.'));
      case 'j':
        return settings_.proxy_jump;
      default:
        return {'%', token};
    }
  }

  const SshSettings& settings_;
  const SshTokens& tokens_;
};

bool is_none(std::string_view value) {
  return value.empty() || value == "none";
}

bool is_yes(std::string_view value) {
  return value == "yes" || value == "true";
}

/// The lines of `ssh -G`, before tokens are replaced.
struct RawSettings {
  std::vector<std::string> keys;
  std::string known_hosts;
  std::string global_known_hosts;
  std::optional<std::string> agent;
  std::string proxy_command;
};

void read_line(std::string_view name, std::string_view value, SshSettings& settings, RawSettings& raw) {
  if (name == "hostname") settings.host_name = value;
  if (name == "user") settings.user = value;
  if (name == "port") settings.port = number_in<std::uint16_t>(value).value_or(settings.port);
  if (name == "hostkeyalias" && !is_none(value)) settings.key_alias = value;
  if (name == "identityfile" && !is_none(value)) raw.keys.emplace_back(value);
  if (name == "identitiesonly") settings.identities_only = is_yes(value);
  if (name == "identityagent") raw.agent = value;
  if (name == "proxyjump" && !is_none(value)) settings.proxy_jump = value;
  if (name == "proxycommand" && !is_none(value)) raw.proxy_command = value;
  if (name == "userknownhostsfile") raw.known_hosts = value;
  if (name == "globalknownhostsfile") raw.global_known_hosts = value;
  if (name == "hashknownhosts") settings.hash_known_hosts = is_yes(value);
  if (name == "connecttimeout") {
    if (const auto seconds = number_in<unsigned>(value); seconds && *seconds > 0)
      settings.connect_timeout = std::chrono::seconds(*seconds);
  }
  if (name == "serveraliveinterval") {
    if (const auto seconds = number_in<unsigned>(value); seconds && *seconds > 0)
      settings.alive_interval = std::chrono::seconds(*seconds);
  }
  if (name == "serveralivecountmax") {
    if (const auto count = number_in<int>(value); count && *count > 0) settings.alive_count = *count;
  }
}

std::string agent_socket(const RawSettings& raw, const TokenReplacement& tokens, const std::string& from_environment) {
  if (!raw.agent || *raw.agent == "SSH_AUTH_SOCK") return from_environment;
  if (is_none(*raw.agent)) return {};
  if (raw.agent->starts_with('$')) return environment(raw.agent->c_str() + 1);
  return tokens.path(*raw.agent).string();
}

SshTokens tokens_of_this_machine() {
  SshTokens tokens;
  tokens.local_id = std::to_string(::getuid());
  if (const passwd* const user = ::getpwuid(::getuid()); user != nullptr) {
    tokens.home = user->pw_dir;
    tokens.local_user = user->pw_name;
  } else {
    tokens.home = environment("HOME");
    tokens.local_user = environment("USER");
  }
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) tokens.local_host = name.data();
  return tokens;
}

/// What the program `ssh` does without any configuration.
std::string default_settings(const SshAddress& address, const std::vector<std::filesystem::path>& keys,
                             const SshTokens& tokens) {
  std::string text = fmt::format("hostname {}\nuser {}\nport {}\n", address.host,
                                 address.user.empty() ? tokens.local_user : address.user, address.port.value_or(22));
  for (const auto& key : keys)
    text += "identityfile " + key.string() + "\n";
  for (const char* const name : {"id_rsa", "id_ecdsa", "id_ed25519"})
    text += fmt::format("identityfile ~/.ssh/{}\n", name);
  return text +
         "userknownhostsfile ~/.ssh/known_hosts ~/.ssh/known_hosts2\n"
         "globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2\n";
}

/// [USER@]HOST[:PORT] or ssh://..., as ProxyJump names a machine on the way.
std::string as_uri(std::string_view jump) {
  return jump.starts_with("ssh://") ? std::string(jump) : "ssh://" + std::string(jump);
}

void must_exist(const std::string& flag, const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return;
  throw Fault(ExitStatus::not_runnable, fmt::format("{} {}: there is no such file", flag, file.string()),
              "Name a file of this machine.");
}

}  // namespace

SshAddress parse_ssh_address(std::string_view text) {
  SshAddress address;
  std::string_view rest = text;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    address.user = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    if (address.user.empty()) throw address_fault(text, "has no user before the `@`");
  }
  std::string_view port;
  bool has_port = false;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) throw address_fault(text, "lacks a `]`");
    address.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    has_port = !rest.empty();
    if (has_port && !rest.starts_with(':')) throw address_fault(text, "has something other than `:PORT` after the `]`");
    if (has_port) port = rest.substr(1);
  } else {
    const auto colon = rest.find(':');
    // Several colons without brackets are an IPv6 address.
    has_port = colon != std::string_view::npos && rest.find(':', colon + 1) == std::string_view::npos;
    address.host = has_port ? rest.substr(0, colon) : rest;
    if (has_port) port = rest.substr(colon + 1);
  }
  if (address.host.empty()) throw address_fault(text, "names no host");
  // A leading dash would be taken for an option by the program ssh.
  const auto is_odd = [](const std::string& name) {
    return name.starts_with('-') || name.find_first_of(" \t\r\n'\"`$\\;&<>|(){}*?/") != std::string::npos;
  };
  if (is_odd(address.host)) throw address_fault(text, "has a host name that cannot be one");
  if (is_odd(address.user)) throw address_fault(text, "has a user name that cannot be one");
  if (has_port) {
    address.port = number_in<std::uint16_t>(port);
    if (!address.port || *address.port == 0)
      throw address_fault(text, fmt::format("has the port `{}`, which is no number from 1 to 65535", port));
  }
  return address;
}

SshSettings read_ssh_settings(std::string_view output, const SshAddress& address, const SshTokens& tokens,
                              const std::string& environment_agent) {
  SshSettings settings;
  settings.host = address.host;
  RawSettings raw;
  while (!output.empty()) {
    auto line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    const auto name = line.substr(0, line.find(' '));
    line.remove_prefix(std::min(name.size() + 1, line.size()));
    line = line.substr(0, line.find_last_not_of(blanks) + 1);
    read_line(name, line, settings, raw);
  }
  if (settings.host_name.empty() || settings.user.empty())
    throw Fault(ExitStatus::target_failed, "`ssh -G` does not say how to reach " + address.host);
  const TokenReplacement replaced(settings, tokens);
  for (const std::string& key : raw.keys)
    settings.keys.push_back(replaced.path(key));
  for (const std::string& file : words_of(raw.known_hosts)) {
    if (!is_none(file)) settings.known_hosts.push_back(replaced.path(file));
  }
  for (const std::string& file : words_of(raw.global_known_hosts)) {
    if (!is_none(file)) settings.global_known_hosts.push_back(replaced.path(file));
  }
  settings.agent_socket = agent_socket(raw, replaced, environment_agent);
  settings.proxy_command = replaced.in(raw.proxy_command);
  return settings;
}

SshSettings ssh_settings(ProcessLoop& loop, const SshAddress& address, const SshOptions& options) {
  if (!options.configuration.empty()) must_exist("--ssh-config", options.configuration);
  for (const auto& key : options.keys)
    must_exist("--ssh-key", key);
  const SshTokens tokens = tokens_of_this_machine();
  const std::string agent = environment("SSH_AUTH_SOCK");
  if (!find_program("ssh")) {
    if (!options.configuration.empty()) {
      throw Fault(ExitStatus::target_failed, "--ssh-config needs the program ssh, which reads such files",
                  "Install OpenSSH's client.");
    }
    return read_ssh_settings(default_settings(address, options.keys, tokens), address, tokens, agent);
  }
  std::vector<std::string> command{"ssh", "-G"};
  if (!options.configuration.empty()) command.insert(command.end(), {"-F", options.configuration.string()});
  for (const auto& key : options.keys)
    command.insert(command.end(), {"-i", key.string()});
  if (!address.user.empty()) command.insert(command.end(), {"-l", address.user});
  if (address.port) command.insert(command.end(), {"-p", std::to_string(*address.port)});
  command.insert(command.end(), {"--", address.host});
  const auto result = loop.run(command, {.timeout = question_limit});
  if (result.exit_code != 0) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("`ssh -G` does not accept the configuration: {}",
                            result.standard_error.substr(0, result.standard_error.find_last_not_of("\r\n") + 1)),
                "Correct it, or name another file with --ssh-config.");
  }
  return read_ssh_settings(result.standard_output, address, tokens, agent);
}

std::vector<std::string> proxy_command_line(const SshSettings& settings, const std::filesystem::path& configuration) {
  if (!settings.proxy_command.empty()) return {"sh", "-c", settings.proxy_command};
  if (settings.proxy_jump.empty()) return {};
  const auto last = settings.proxy_jump.rfind(',');
  std::vector<std::string> command{"ssh", "-o", "BatchMode=yes"};
  if (!configuration.empty()) command.insert(command.end(), {"-F", configuration.string()});
  if (last != std::string::npos) command.insert(command.end(), {"-J", settings.proxy_jump.substr(0, last)});
  command.insert(command.end(),
                 {"-W", fmt::format("[{}]:{}", settings.host_name, settings.port), "--",
                  as_uri(last == std::string::npos ? settings.proxy_jump
                                                   : std::string_view(settings.proxy_jump).substr(last + 1))});
  return command;
}

}  // namespace ibtest
