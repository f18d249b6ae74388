#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/servers/background_program.hpp"

namespace ibtest::test {

/// nginx in front of an S3 server: writes down what was signed and how, and sends whoever signs for us-west-2 to
/// eu-west-3.
class RecordingProxy {
 public:
  RecordingProxy(const std::filesystem::path& folder, const std::string& endpoint);

  [[nodiscard]] bool runs() const { return program_->listens_at(port_); }
  [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// A JSON object with method, uri and headers a line, for each request, and in `optional` the values of headers that
  /// S3 can do without; waits until there are so many.
  [[nodiscard]] std::vector<std::string> requests(std::size_t count) const;
  /// What verify-signatures.mjs says of the requests that the log has: "7 verified".
  [[nodiscard]] std::string verify(const std::string& key_id, const std::string& secret,
                                   const std::string& region) const;

 private:
  std::filesystem::path folder_;
  int port_ = free_port();
  std::unique_ptr<BackgroundProgram> program_;
};

}  // namespace ibtest::test
