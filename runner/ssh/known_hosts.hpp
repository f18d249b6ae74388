#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ibtest {

/// What the user's files say about the key that a host shows.
enum class HostKeyVerdict {
  known,    ///< this very key is listed for the host
  unknown,  ///< nothing is listed for the host
  changed,  ///< other keys are listed for the host
  revoked,  ///< the key is listed as one that nobody may show any more
};

/// known_hosts files as ssh reads them: several names and patterns with `*`, `?` and `!`, `[host]:port`, hashed names,
/// and the markers @cert-authority and @revoked. Lines that make no sense are passed over, as ssh does.
class KnownHosts {
 public:
  /// Adds the lines of a text; `file` is where they come from.
  void add(std::string_view text, const std::filesystem::path& file);
  /// Adds the lines of a file, if it is there. Throws Fault (target_failed) when it cannot be read.
  void read(const std::filesystem::path& file);

  struct Answer {
    HostKeyVerdict verdict = HostKeyVerdict::unknown;
    std::string place;            ///< "file:line" of the line that decided, if one did
    std::string certificates_at;  ///< "file:line" that trusts an authority for this host, which a plain key cannot show
  };
  /// `key` is the key in the form that goes over the wire. A host at another port than 22 is listed as "[host]:port";
  /// the plain name counts only where it has this very key.
  [[nodiscard]] Answer check(std::string_view host, std::uint16_t port, std::string_view key) const;

  /// Types of the keys that are listed for the host ("ssh-ed25519"), which it should be asked for first.
  [[nodiscard]] std::vector<std::string> key_types(std::string_view host, std::uint16_t port) const;

 private:
  enum class Marker { none, authority, revoked };
  struct Line {
    Marker marker = Marker::none;
    std::string names;
    std::string type;
    std::string key;
    std::string place;
  };
  [[nodiscard]] Answer check_name(const std::string& name, std::string_view key) const;

  std::vector<Line> lines_;
};

/// How known_hosts names a host, in lower case: "host", or "[host]:port" for another port than 22.
[[nodiscard]] std::string known_hosts_name(std::string_view host, std::uint16_t port);

/// A line for known_hosts, without line break. `hashed` hides the name as HashKnownHosts asks for.
[[nodiscard]] std::string known_hosts_line(std::string_view host, std::uint16_t port, std::string_view key,
                                           bool hashed);

/// "ssh-ed25519" of a key in the form that goes over the wire; empty when it is none.
[[nodiscard]] std::string key_type(std::string_view key);
/// "SHA256:..." as ssh shows it.
[[nodiscard]] std::string key_fingerprint(std::string_view key);

}  // namespace ibtest
