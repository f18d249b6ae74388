#pragma once

#include <string>
#include <utility>

#include "runner/ssh/known_hosts.hpp"
#include "runner/ssh/ssh_session.hpp"

namespace ibtest {

/// What the files of these settings know. Throws Fault (target_failed) when one cannot be read.
[[nodiscard]] KnownHosts read_known_hosts(const SshSettings& settings);

/// The types of key to ask the host of these settings for.
[[nodiscard]] std::vector<std::string> known_key_types(const KnownHosts& known, const SshSettings& settings);

/// A host is not the one that it should be, as far as anybody knows; trying again does not help.
class HostKeyRefused : public Fault {
 public:
  HostKeyRefused(std::string what_failed, std::string remedy)
      : Fault(ExitStatus::target_failed, std::move(what_failed), std::move(remedy)) {}
};

/// The line of known_hosts by which this very key, and no other one, is known.
[[nodiscard]] std::string host_key_line(const SshSession& session);

/// Whether the host is the one that it should be: its key is known, or it is unknown and `accept_new`; then it is added
/// to the user's file, and the text says so. Throws HostKeyRefused with the fingerprint and what to do, Fault
/// (target_failed).
[[nodiscard]] std::string verify_host_key(const SshSession& session, const KnownHosts& known, bool accept_new);

}  // namespace ibtest
