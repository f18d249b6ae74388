#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/servers/background_program.hpp"

namespace ibtest::test {

/// nginx on loopback, over http and over https with certificates of an authority of its own.
///
///   /files/NAME    the files of the folder files(), gzip-encoded for whoever asks for it
///   /encoded/NAME  the same files with `Content-Encoding: gzip`, whether they are or not
///   /slow/NAME     the same files, 20 KiB a second
///   /status/N      an empty response with that status
///   /hop/N         N + 1 redirects to /files/a.txt
///   /to-https/NAME a redirect to the file over https; /to-http/NAME, /to-ftp likewise
///   /latest/       what an instance's metadata service says of its role; /sts-unsigned/, /sts-signed/ what STS says
///   /secret/NAME   the same files, for user:pass@word
class WebServer {
 public:
  enum class Start { now, later };
  explicit WebServer(const std::filesystem::path& folder, Start when = Start::now);
  void start();

  [[nodiscard]] bool runs() const { return program_->listens_at(http_port_); }
  [[nodiscard]] std::string http() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  /// For the name that its certificate has.
  [[nodiscard]] std::string https() const { return "https://localhost:" + std::to_string(https_port_); }
  /// The same server under a name that its certificate does not have.
  [[nodiscard]] std::string misnamed_https() const { return "https://127.0.0.1:" + std::to_string(https_port_); }
  /// Offers TLS 1.1 at most.
  [[nodiscard]] std::string old_https() const { return "https://localhost:" + std::to_string(old_port_); }
  [[nodiscard]] int https_port() const { return https_port_; }
  [[nodiscard]] std::string authority_file() const { return (folder_ / "ca.pem").string(); }

  void write(std::string_view name, std::string_view content) const;
  [[nodiscard]] std::filesystem::path files() const { return folder_ / "files"; }
  /// The requests since the last call: "GET /files/a.txt 200 accept-encoding user-agent" each. Responses that have
  /// been sent completely are all there.
  [[nodiscard]] std::vector<std::string> requests();

 private:
  void make_certificates() const;
  [[nodiscard]] std::string configuration() const;

  std::filesystem::path folder_;
  std::size_t seen_ = 0;   ///< lines of the access log
  std::size_t marks_ = 0;  ///< requests of our own that end it
  int http_port_ = free_port();
  int https_port_ = free_port();
  int old_port_ = free_port();
  std::unique_ptr<BackgroundProgram> program_;
};

}  // namespace ibtest::test
