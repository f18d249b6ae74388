#include "agent/program/sudo.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <grp.h>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/commands/executable_search.hpp"
#include "actions/files/account_lookup.hpp"

namespace ibtest {

namespace {

using Environment = std::map<std::string, std::string>;

constexpr const char* secure_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int refused = 1;

/// What a call of sudo asks for.
struct SudoCall {
  std::string user = "root";
  std::optional<std::string> group;
  std::optional<std::string> folder;
  bool keep_environment = false;
  std::vector<std::string> kept_variables;
  bool login_shell = false;
  bool shell = false;
  bool only_a_question = false;  ///< -V, -v, -k, -K, -l: nothing to run
  Environment assignments;
  std::vector<std::string> command_line;
};

struct Option {
  char letter;
  std::string_view name;
  bool has_value;
};

constexpr std::array options = {
    Option{'E', "preserve-env", false},
    Option{'H', "set-home", false},
    Option{'n', "non-interactive", false},
    Option{'S', "stdin", false},
    Option{'P', "preserve-groups", false},
    Option{'B', "bell", false},
    Option{'i', "login", false},
    Option{'s', "shell", false},
    Option{'k', "reset-timestamp", false},
    Option{'K', "remove-timestamp", false},
    Option{'v', "validate", false},
    Option{'l', "list", false},
    Option{'V', "version", false},
    Option{'u', "user", true},
    Option{'g', "group", true},
    Option{'D', "chdir", true},
    Option{'p', "prompt", true},
    Option{'C', "close-from", true},
    Option{'T', "command-timeout", true},
    Option{'h', "host", true},
};

const Option& find_option(std::string_view name) {
  const auto* const found = std::ranges::find_if(options, [name](const Option& option) {
    return name == option.name || (name.size() == 1 && name.front() == option.letter);
  });
  if (found == options.end()) throw std::invalid_argument(fmt::format("it does not know the option {}", name));
  return *found;
}

void apply(SudoCall& call, char letter, const std::string& value) {
  switch (letter) {
    case 'E':
      call.keep_environment = true;
      break;
    case 'i':
      call.login_shell = true;
      break;
    case 's':
      call.shell = true;
      break;
    case 'k':
    case 'K':
    case 'v':
    case 'l':
    case 'V':
      call.only_a_question = true;
      break;
    case 'u':
      call.user = value.starts_with('#') ? value.substr(1) : value;
      break;
    case 'g':
      call.group = value.starts_with('#') ? value.substr(1) : value;
      break;
    case 'D':
      call.folder = value;
      break;
    default:  // passwords, prompts and bells, of which there are none
      break;
  }
}

/// Reads the arguments as sudo does: options end at the first word that is none, or at `--`.
class SudoArguments {
 public:
  explicit SudoArguments(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  SudoCall read() {
    for (; next_ < arguments_.size(); ++next_) {
      const std::string& word = arguments_[next_];
      if (word == "--") {
        ++next_;
        break;
      }
      if (word.starts_with("--")) {
        read_long(word.substr(2));
      } else if (word.size() > 1 && word.front() == '-') {
        read_short(word);
      } else if (const auto equals = word.find('='); equals != std::string::npos && equals > 0) {
        call_.assignments[word.substr(0, equals)] = word.substr(equals + 1);
      } else {
        break;
      }
    }
    call_.command_line.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(next_), arguments_.end());
    return std::move(call_);
  }

 private:
  void read_long(const std::string& word) {
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const Option& option = find_option(name);
    if (option.letter == 'E' && equals != std::string::npos) {
      keep_variables(word.substr(equals + 1));
    } else if (!option.has_value) {
      apply(call_, option.letter, "");
    } else {
      apply(call_, option.letter, equals != std::string::npos ? word.substr(equals + 1) : value_after(name));
    }
  }

  void read_short(const std::string& word) {
    for (std::size_t index = 1; index < word.size(); ++index) {
      const Option& option = find_option(word.substr(index, 1));
      if (!option.has_value) {
        apply(call_, option.letter, "");
        continue;
      }
      apply(call_, option.letter,
            index + 1 < word.size() ? word.substr(index + 1) : value_after(word.substr(index, 1)));
      return;
    }
  }

  void keep_variables(const std::string& list) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const auto end = std::min(list.find(',', begin), list.size());
      call_.kept_variables.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }

  const std::string& value_after(const std::string& name) {
    if (next_ + 1 >= arguments_.size()) throw std::invalid_argument(fmt::format("the option {} needs a value", name));
    return arguments_[++next_];
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  SudoCall call_;
};

Environment own_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos)
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

// As with sudo's `env_reset`: a short list of variables of the caller's, and those that say who one is.
Environment environment_of(const SudoCall& call, const AccountLookup::User& user) {
  const Environment own = own_environment();
  Environment environment;
  for (const auto& [name, value] : own) {
    const bool always = name == "TERM" || name == "LANG" || name == "LANGUAGE" || name == "TZ" || name == "DISPLAY" ||
                        name == "COLORS" || name == "HOSTNAME" || name.starts_with("LC_");
    const bool kept = std::ranges::find(call.kept_variables, name) != call.kept_variables.end();
    if (call.keep_environment || always || kept) environment[name] = value;
  }
  environment["PATH"] = secure_path;
  environment["HOME"] = user.home.empty() ? "/" : user.home;
  environment["SHELL"] = user.shell.empty() ? "/bin/sh" : user.shell;
  environment["USER"] = user.name;
  environment["LOGNAME"] = user.name;
  environment["MAIL"] = "/var/mail/" + user.name;
  environment["SUDO_USER"] = "root";
  environment["SUDO_UID"] = "0";
  environment["SUDO_GID"] = "0";
  environment["SUDO_COMMAND"] = fmt::format("{}", fmt::join(call.command_line, " "));
  for (const auto& [name, value] : call.assignments)
    environment[name] = value;
  return environment;
}

// `sudo -s` and `sudo -i` hand the words to the user's shell as one command.
std::vector<std::string> shell_command(const SudoCall& call, const std::string& shell) {
  std::string name = shell.substr(shell.rfind('/') + 1);
  if (call.login_shell) name = "-" + name;
  std::vector<std::string> command_line = {name};
  if (call.command_line.empty()) return command_line;
  std::string words;
  for (const std::string& word : call.command_line) {
    if (!words.empty()) words += ' ';
    for (const char letter : word) {
      const bool plain = std::isalnum(static_cast<unsigned char>(letter)) != 0 || std::strchr("_-$", letter) != nullptr;
      if (!plain) words += '\\';
      words += letter;
    }
  }
  command_line.insert(command_line.end(), {"-c", words});
  return command_line;
}

void become(const SudoCall& call, const AccountLookup& accounts, const AccountLookup::User& user) {
  std::vector<gid_t> groups = accounts.groups_of(user);
  gid_t group = user.primary_group.value_or(user.id);
  if (call.group) {
    const auto chosen = accounts.group(*call.group);
    if (!chosen) throw std::invalid_argument("there is no group " + *call.group);
    group = *chosen;
  }
  if (groups.empty()) groups.push_back(group);
  if (::setgroups(groups.size(), groups.data()) != 0 || ::setgid(group) != 0 || ::setuid(user.id) != 0) {
    throw std::invalid_argument(fmt::format("it cannot become {}: {}", call.user, std::strerror(errno)));
  }
}

int execute(const std::string& program, const std::vector<std::string>& command_line, const Environment& environment) {
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment)
    variables.push_back(fmt::format("{}={}", name, value));
  const auto pointers = [](const std::vector<std::string>& texts) {
    std::vector<char*> list;
    list.reserve(texts.size() + 1);
    for (const std::string& text : texts)
      list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
  };
  std::fflush(stdout);
  ::execve(program.c_str(), pointers(command_line).data(), pointers(variables).data());
  std::fprintf(stderr, "sudo: unable to execute %s: %s\n", program.c_str(), std::strerror(errno));
  return refused;
}

int run(const SudoCall& call) {
  if (call.only_a_question && call.command_line.empty()) return 0;
  if (call.command_line.empty() && !call.shell && !call.login_shell) {
    throw std::invalid_argument("there is no command to run");
  }
  const AccountLookup accounts;
  auto user = accounts.user(call.user);
  if (!user && call.user == "root") user = AccountLookup::User{.id = 0, .name = "root", .home = "/root"};
  if (!user) throw std::invalid_argument("there is no user " + call.user);
  Environment environment = environment_of(call, *user);
  if (call.folder && ::chdir(call.folder->c_str()) != 0) {
    throw std::invalid_argument(
        fmt::format("unable to change directory to {}: {}", *call.folder, std::strerror(errno)));
  }
  if (call.shell || call.login_shell) {
    if (call.login_shell) static_cast<void>(::chdir(environment["HOME"].c_str()));
    become(call, accounts, *user);
    const std::string shell = environment["SHELL"];
    return execute(shell, shell_command(call, shell), environment);
  }
  const FoundExecutable found = find_executable(call.command_line.front(), environment, ".");
  if (!found.error.empty()) {
    std::fprintf(stderr, "sudo: %s: command not found\n", call.command_line.front().c_str());
    return refused;
  }
  become(call, accounts, *user);
  return execute(found.path, call.command_line, environment);
}

}  // namespace

int run_as_sudo(const std::vector<std::string>& arguments) {
  try {
    return run(SudoArguments(arguments).read());
  } catch (const std::invalid_argument& refusal) {
    std::fprintf(stderr, "sudo: %s (this is ibtest's stand-in for sudo, which the target lacks)\n", refusal.what());
    return refused;
  }
}

}  // namespace ibtest
