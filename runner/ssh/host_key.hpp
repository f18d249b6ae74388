#pragma once

#include <string>

#include "runner/ssh/known_hosts.hpp"
#include "runner/ssh/ssh_session.hpp"

namespace ibtest {

/// What the files of these settings know. Throws Fault (target_failed) when one cannot be read.
[[nodiscard]] KnownHosts read_known_hosts(const SshSettings& settings);

/// The types of key to ask the host of these settings for.
[[nodiscard]] std::vector<std::string> known_key_types(const KnownHosts& known, const SshSettings& settings);

/// Whether the host is the one that it should be: its key is known, or it is unknown and `accept_new`; then it is added
/// to the user's file, and the text says so. Throws Fault (target_failed) with the fingerprint and what to do.
[[nodiscard]] std::string verify_host_key(const SshSession& session, const KnownHosts& known, bool accept_new);

}  // namespace ibtest
