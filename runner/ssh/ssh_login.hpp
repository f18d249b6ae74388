#pragma once

#include <functional>
#include <map>
#include <optional>

#include "runner/ssh/ssh_session.hpp"

namespace ibtest {

/// The secret of a source: asked for on the terminal, or from the environment. Throws Fault (target_failed) when there
/// is none, Interrupted.
[[nodiscard]] std::string secret_from(const PasswordSource& source, ProcessLoop& loop, const std::string& question);

/// What was typed and found right, for the next connection to the same host.
struct SshSecrets {
  std::map<std::filesystem::path, std::string> passphrases;  ///< by key file
  std::optional<std::string> password;
};

/// Logs in as the user of the session's settings: with the keys of the agent, key files, a password, as far as the host
/// takes them. What is asked for goes into `secrets` and comes from there. `before_asking` is called before something
/// is asked for on the terminal. Throws Fault (target_failed) that lists what was tried, Interrupted.
void log_in(SshSession& session, const SshOptions& options, SshSecrets& secrets,
            const std::function<void()>& before_asking);

}  // namespace ibtest
