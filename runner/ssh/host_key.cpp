#include "runner/ssh/host_key.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

/// By which name known_hosts knows a host. An alias has no port.
struct KnownName {
  std::string host;
  std::uint16_t port;
};

KnownName known_name(const SshSettings& settings) {
  constexpr std::uint16_t usual_port = 22;
  if (!settings.key_alias.empty()) return {settings.key_alias, usual_port};
  return {settings.host_name, settings.port};
}

Fault writing_fault(const std::filesystem::path& file, int error) {
  return {ExitStatus::target_failed, system_error_text("adding the host's key to " + file.string(), error),
          "Add the line yourself, or name another file with UserKnownHostsFile."};
}

/// Whether the file's last line lacks its line break, which another program may have forgotten.
bool lacks_line_break(int file) {
  struct stat about {};
  char last = '\n';
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size == 0) return false;
  return ::pread(file, &last, 1, about.st_size - 1) == 1 && last != '\n';
}

void append_line(const std::filesystem::path& file, const std::string& line) {
  std::error_code error;
  const auto folder = file.parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder, error)) {
    constexpr mode_t private_folder = 0700;
    if (::mkdir(folder.c_str(), private_folder) != 0 && errno != EEXIST) throw writing_fault(file, errno);
  }
  constexpr mode_t private_file = 0600;
  const FileDescriptor output(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, private_file));
  if (!output.is_open()) throw writing_fault(file, errno);
  const std::string text = (lacks_line_break(output.get()) ? "\n" : "") + line + "\n";
  if (const int failed = write_all(output.get(), text); failed != 0) throw writing_fault(file, failed);
}

}  // namespace

KnownHosts read_known_hosts(const SshSettings& settings) {
  KnownHosts known;
  for (const auto& file : settings.known_hosts)
    known.read(file);
  for (const auto& file : settings.global_known_hosts)
    known.read(file);
  return known;
}

std::vector<std::string> known_key_types(const KnownHosts& known, const SshSettings& settings) {
  const auto [host, port] = known_name(settings);
  return known.key_types(host, port);
}

std::string host_key_line(const SshSession& session) {
  const auto [host, port] = known_name(session.settings());
  return known_hosts_line(host, port, session.host_key(), false);
}

std::string verify_host_key(const SshSession& session, const KnownHosts& known, bool accept_new) {
  const SshSettings& settings = session.settings();
  const auto [host, port] = known_name(settings);
  const std::string key = session.host_key();
  const std::string shown = fmt::format("{} {}", key_type(key), key_fingerprint(key));
  const std::string name = known_hosts_name(host, port);
  const KnownHosts::Answer answer = known.check(host, port, key);
  switch (answer.verdict) {
    case HostKeyVerdict::known:
      return {};
    case HostKeyVerdict::revoked:
      throw HostKeyRefused(
          fmt::format("the host {} shows the key {}, which is revoked ({})", name, shown, answer.place),
          "Whoever has this key may be anybody: do not connect.");
    case HostKeyVerdict::changed:
      throw HostKeyRefused(
          fmt::format("the host {} shows the key {}, but another one is known for it ({})", name, shown, answer.place),
          fmt::format("Somebody may be listening in, or the host was made anew. If you are sure, remove the old key "
                      "with `ssh-keygen -R '{}'` and run again with --accept-new-host-key.",
                      name));
    case HostKeyVerdict::unknown:
      break;
  }
  if (!accept_new) {
    std::string message = fmt::format("the host {} is unknown; it shows the key {}", name, shown);
    if (!answer.certificates_at.empty()) {
      message += fmt::format("; {} trusts an authority for it, but ibtest does not read certificates of hosts",
                             answer.certificates_at);
    }
    throw HostKeyRefused(
        message,
        "Compare the fingerprint with the host's own; if it is the same, run again with --accept-new-host-key.");
  }
  if (settings.known_hosts.empty()) return fmt::format("accepted the key of the host {}: {}", name, shown);
  const auto& file = settings.known_hosts.front();
  append_line(file, known_hosts_line(host, port, key, settings.hash_known_hosts));
  return fmt::format("added the key of the host {} to {}: {}", name, file.string(), shown);
}

}  // namespace ibtest
