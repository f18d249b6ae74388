#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/servers/background_program.hpp"

namespace ibtest::test {

/// s3rver on loopback: knows the one access key S3RVER, and looks at the form of Version 4 signatures but not at what
/// they sign. Its data is in a folder; buckets are made here.
class S3Server {
 public:
  S3Server(const std::filesystem::path& folder, const std::vector<std::string>& buckets);

  [[nodiscard]] bool runs() const { return program_->listens_at(port_); }
  [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// Variables of the environment that lead to it, with its credentials.
  [[nodiscard]] std::vector<std::string> variables() const;
  /// Its log: one request a line, with method, path, status.
  [[nodiscard]] std::string log() const;

 private:
  std::filesystem::path folder_;
  int port_ = free_port();
  std::unique_ptr<BackgroundProgram> program_;
};

}  // namespace ibtest::test
