#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest::test {

/// Answers each request with the next of the given texts, byte by byte as they are, and closes the connection; the last
/// one again and again. For what no real server says when it is asked to.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> responses);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  [[nodiscard]] std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The heads of the requests so far.
  [[nodiscard]] std::vector<std::string> requests() const;

  /// A response with these headers ("name: value\r\n" each) and body.
  [[nodiscard]] static std::string response(int status, const std::string& body, const std::string& headers = {});
  /// As S3 says what is wrong.
  [[nodiscard]] static std::string s3_error(int status, const std::string& code, const std::string& headers = {});

 private:
  void serve();
  void answer(const FileDescriptor& connection);

  std::vector<std::string> responses_;
  FileDescriptor socket_;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace ibtest::test
