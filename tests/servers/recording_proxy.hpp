#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tests/servers/background_program.hpp"

namespace ibtest::test {

/// nginx in front of an S3 server: writes down what was signed and how.
class RecordingProxy {
 public:
  RecordingProxy(const std::filesystem::path& folder, const std::string& endpoint);

  [[nodiscard]] bool runs() const { return program_->listens_at(port_); }
  [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// A JSON object with method, uri and headers a line, for each request.
  [[nodiscard]] std::string log() const;
  /// What verify-signatures.mjs says of all requests so far: "7 verified".
  [[nodiscard]] std::string verify(const std::string& key_id, const std::string& secret,
                                   const std::string& region) const;

 private:
  std::filesystem::path folder_;
  int port_ = free_port();
  std::unique_ptr<BackgroundProgram> program_;
};

}  // namespace ibtest::test
