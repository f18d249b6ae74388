#include "tests/servers/recording_proxy.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace ibtest::test {

namespace {

std::string configuration(int port, const std::string& endpoint) {
  std::string headers;
  for (const std::string name : {"host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token",
                                 "x-amz-expected-bucket-owner", "content-type", "authorization"}) {
    std::string variable = name;
    std::ranges::replace(variable, '-', '_');
    headers += fmt::format("{}\"{}\":\"$http_{}\"", headers.empty() ? "" : ",", name, variable);
  }
  std::string optional;
  for (const std::string name : {"acl", "tagging", "storage_class", "trailer", "sdk_checksum_algorithm",
                                 "checksum_crc32", "checksum_crc32c", "checksum_crc64nvme"})
    optional += "$http_x_amz_" + name;
  std::string text = "daemon off;\nmaster_process off;\npid nginx.pid;\n";
  if (::geteuid() == 0) text += "user root;\n";
  text += "events { worker_connections 64; }\nhttp {\n  client_max_body_size 0;\n";
  for (const char* const kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    text += fmt::format("  {}_temp_path temporary/{};\n", kind, kind);
  text += "  log_format signed escape=json '{\"method\":\"$request_method\",\"uri\":\"$request_uri\",\"headers\":{" +
          headers + "},\"optional\":\"" + optional + "\"}';\n  access_log signed.log signed;\n";
  text += fmt::format("  server {{\n    listen 127.0.0.1:{};\n", port);
  text += fmt::format("    location / {{\n      proxy_pass {};\n      proxy_set_header Host $http_host;\n", endpoint);
  // As S3 answers where the region of a signature is not the bucket's.
  text += "      if ($http_authorization ~ /us-west-2/) {\n        add_header x-amz-bucket-region eu-west-3 always;\n";
  text += "        return 400;\n      }\n    }\n  }\n}\n";
  return text;
}

}  // namespace

RecordingProxy::RecordingProxy(const std::filesystem::path& folder, const std::string& endpoint) : folder_(folder) {
  std::filesystem::create_directories(folder_ / "temporary");
  std::ofstream(folder_ / "nginx.conf") << configuration(port_, endpoint);
  program_ = std::make_unique<BackgroundProgram>(
      std::vector<std::string>{"nginx", "-p", folder_.string(), "-c", (folder_ / "nginx.conf").string(), "-e",
                               (folder_ / "error.log").string()},
      folder_ / "nginx.out");
}

std::vector<std::string> RecordingProxy::requests(std::size_t count) const {
  // nginx writes a line after it has sent the response.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  std::vector<std::string> lines;
  while (lines.size() < count && std::chrono::steady_clock::now() < end) {
    lines.clear();
    std::ifstream file(folder_ / "signed.log");
    for (std::string line; std::getline(file, line);)
      lines.push_back(line);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return lines;
}

std::string RecordingProxy::verify(const std::string& key_id, const std::string& secret,
                                   const std::string& region) const {
  const auto output = folder_ / "verified";
  const std::string source = IBTEST_SOURCE;
  run_tool({"sh", "-c", "exec \"$@\" >'" + output.string() + "' 2>&1", "sh", "node",
            source + "/tests/servers/verify-signatures.mjs", source + "/build/servers",
            (folder_ / "signed.log").string(), key_id, secret, region});
  std::ifstream file(output);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace ibtest::test
