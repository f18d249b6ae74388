#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

class ProcessLoop;

/// [USER@]HOST[:PORT] as given. A HOST with colons (IPv6) stands in brackets where a PORT follows.
struct SshAddress {
  std::string user = {};  ///< empty: not given
  std::string host;       ///< a name, an address or an alias of the user's configuration
  std::optional<std::uint16_t> port = {};
};

/// Throws Fault (not_runnable) with what is wrong.
[[nodiscard]] SshAddress parse_ssh_address(std::string_view text);

/// Where a password comes from.
struct PasswordSource {
  std::string variable;  ///< of the environment; empty: asked for on the terminal
};

/// What the flags of a run say about hosts.
struct SshOptions {
  std::filesystem::path configuration;            ///< --ssh-config; empty: the user's own
  std::vector<std::filesystem::path> keys;        ///< --ssh-key
  bool accept_new_host_key = false;               ///< --accept-new-host-key
  std::optional<PasswordSource> login_password;   ///< --ssh-password
  std::optional<PasswordSource> become_password;  ///< --become-password
  std::chrono::seconds reconnect_timeout{600};    ///< --reconnect-timeout: until a lost host is reached again
  std::chrono::seconds reboot_timeout{600};       ///< --reboot-timeout: until a host is up again (EMU-REBOOT-7)
};

/// How to reach a host and log in, as the user's OpenSSH configuration says.
struct SshSettings {
  std::string host;       ///< as given
  std::string host_name;  ///< what to connect to
  std::string key_alias;  ///< HostKeyAlias: the name in known_hosts, if it is another one
  std::string user;
  std::uint16_t port = 22;
  std::vector<std::filesystem::path> keys;                ///< in this order; some may not exist
  bool identities_only = false;                           ///< of the agent's keys only those that are in `keys`
  std::string agent_socket;                               ///< empty: no agent
  std::string proxy_jump;                                 ///< empty: none
  std::string proxy_command;                              ///< for a shell, tokens replaced; empty: none
  std::vector<std::filesystem::path> known_hosts;         ///< the user's; new keys go into the first one
  std::vector<std::filesystem::path> global_known_hosts;  ///< the machine's
  bool hash_known_hosts = false;
  std::chrono::seconds connect_timeout{15};
  std::chrono::seconds alive_interval{30};  ///< after so much silence the host must give a sign of life
  int alive_count = 3;                      ///< as many times, else it is gone
};

/// What is replaced in the values of the configuration.
struct SshTokens {
  std::string home;        ///< ~ and %d
  std::string local_user;  ///< %u
  std::string local_id;    ///< %i
  std::string local_host;  ///< %l, and up to its first dot %L
};

/// Reads what `ssh -G` prints. `environment_agent` is SSH_AUTH_SOCK. Throws Fault (target_failed) when it lacks what is
/// always there.
[[nodiscard]] SshSettings read_ssh_settings(std::string_view output, const SshAddress& address, const SshTokens& tokens,
                                            const std::string& environment_agent);

/// The settings that `ssh` would use for this address; without that program its defaults, and no configuration.
/// Throws Fault, Interrupted.
[[nodiscard]] SshSettings ssh_settings(ProcessLoop& loop, const SshAddress& address, const SshOptions& options);

/// The program that carries the bytes to a host that is not reached directly; empty when it is.
[[nodiscard]] std::vector<std::string> proxy_command_line(const SshSettings& settings,
                                                          const std::filesystem::path& configuration);

}  // namespace ibtest
