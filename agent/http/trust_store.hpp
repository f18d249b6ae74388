#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace ibtest {

/// The certificate authorities that servers may be signed by. Empty: there are none.
struct TrustStore {
  std::string file = {};    ///< bundle in PEM
  std::string folder = {};  ///< of certificates named by their hashes
  std::string text = {};    ///< a bundle itself

  [[nodiscard]] bool empty() const { return file.empty() && folder.empty() && text.empty(); }
};

using EnvironmentVariables = std::map<std::string, std::string>;

/// Where distributions keep their bundle.
inline constexpr std::array<std::string_view, 6> usual_trust_stores = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Amazon Linux, Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/pki/tls/cacert.pem",                            // OpenELEC
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL 7
    "/etc/ssl/cert.pem",                                  // Alpine
};

/// What SSL_CERT_FILE and SSL_CERT_DIR name, else the first of `usual` that is there and not empty.
[[nodiscard]] TrustStore find_trust_store(const EnvironmentVariables& environment,
                                          std::span<const std::string_view> usual = usual_trust_stores);

}  // namespace ibtest
