#include "tests/servers/web_server.hpp"

#include <chrono>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace ibtest::test {

namespace fs = std::filesystem;

WebServer::WebServer(const fs::path& folder, Start when) : folder_(folder) {
  fs::create_directories(files());
  fs::create_directories(folder_ / "temporary");
  write("a.txt", "content of a\n");
  std::ofstream(folder_ / "passwords") << "user:{PLAIN}pass@word\n";
  make_certificates();
  std::ofstream(folder_ / "nginx.conf") << configuration();
  if (when == Start::now) start();
}

void WebServer::start() {
  program_ = std::make_unique<BackgroundProgram>(
      std::vector<std::string>{"nginx", "-p", folder_.string(), "-c", (folder_ / "nginx.conf").string(), "-e",
                               (folder_ / "error.log").string()},
      folder_ / "nginx.out");
}

void WebServer::make_certificates() const {
  const auto at = [this](const char* name) { return (folder_ / name).string(); };
  run_tool({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=ibtest test authority", "-keyout", at("ca.key"), "-out", at("ca.pem")});
  run_tool({"openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", at("server.key"), "-out",
            at("server.csr")});
  run_tool({"openssl", "x509", "-req", "-in", at("server.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"),
            "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", at("server.pem")});
}

namespace {

/// Fixed answers in the places of the instance metadata service (version 2) and of the Security Token Service.
std::string credential_services() {
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  const std::string with_token = " { if ($http_x_aws_ec2_metadata_token != \"the-token\") { return 401; } return 200 ";
  std::string text = "    location = /latest/api/token {\n      if ($request_method != PUT) { return 405; }\n";
  text += "      if ($http_x_aws_ec2_metadata_token_ttl_seconds = \"\") { return 400; }\n";
  text += "      return 200 the-token;\n    }\n";
  text += "    location = " + roles + with_token + "the-role; }\n";
  text += "    location = " + roles + "the-role" + with_token +
          R"('{"AccessKeyId":"I","SecretAccessKey":"M","Token":"D","Expiration":"2099-01-01T00:00:00Z"}'; })" + "\n";
  const std::string answer =
      "return 200 '<R><Q><Credentials><AccessKeyId>S</AccessKeyId><SecretAccessKey>T</SecretAccessKey>"
      "<SessionToken>U</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></Q></R>'; }\n";
  text += "    location = /sts-unsigned/ { if ($http_authorization != \"\") { return 403; } " + answer;
  text += "    location = /sts-signed/ { if ($http_authorization !~ \"us-east-1/sts/aws4_request\") { return 403; } " +
          answer;
  return text;
}

}  // namespace

std::string WebServer::configuration() const {
  std::string text = "daemon off;\nmaster_process off;\npid nginx.pid;\n";
  if (::geteuid() == 0) text += "user root;\n";
  text += "events { worker_connections 64; }\nhttp {\n";
  for (const char* const kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    text += fmt::format("  {}_temp_path temporary/{};\n", kind, kind);
  text += "  log_format test '$request_method $request_uri $status $http_accept_encoding $http_user_agent';\n";
  text += "  access_log access.log test;\n  gzip on;\n  gzip_min_length 1;\n  gzip_types *;\n  server {\n";
  text += fmt::format("    listen 127.0.0.1:{};\n    listen 127.0.0.1:{} ssl;\n", http_port_, https_port_);
  text += "    ssl_certificate server.pem;\n    ssl_certificate_key server.key;\n    root .;\n";
  text += "    location /encoded/ { alias files/; gzip off; add_header Content-Encoding gzip; }\n";
  text += "    location /slow/ { alias files/; limit_rate 20k; }\n";
  text += "    location /secret/ { alias files/; auth_basic test; auth_basic_user_file passwords; }\n";
  text += credential_services();
  for (const int status : {204, 206, 401, 403, 404, 408, 410, 429, 500, 503})
    text += fmt::format("    location = /status/{} {{ return {}; }}\n", status, status);
  text += "    location = /hop/0 { return 302 /files/a.txt; }\n";
  for (int hop = 1; hop <= 11; ++hop)
    text += fmt::format("    location = /hop/{} {{ return 30{} /hop/{}; }}\n", hop, hop % 2 == 0 ? 7 : 1, hop - 1);
  text += "    location = /to-ftp { return 302 ftp://127.0.0.1/a.txt; }\n";
  text += fmt::format("    location ~ ^/to-https/(.*)$ {{ return 302 {}/files/$1; }}\n", https());
  text += fmt::format("    location ~ ^/to-http/(.*)$ {{ return 302 {}/files/$1; }}\n  }}\n", http());
  // Security level 0 is what old protocol versions need nowadays.
  text += fmt::format("  server {{\n    listen 127.0.0.1:{} ssl;\n    ssl_certificate server.pem;\n", old_port_);
  text += "    ssl_certificate_key server.key;\n    ssl_protocols TLSv1.1;\n    ssl_ciphers ALL@SECLEVEL=0;\n";
  text += "    root .;\n  }\n}\n";
  return text;
}

void WebServer::write(std::string_view name, std::string_view content) const {
  std::ofstream(files() / name, std::ios::binary) << content;
}

std::vector<std::string> WebServer::requests() {
  // nginx writes a line when a response has been sent; a request after it must have its line after it.
  const std::string mark = fmt::format("/mark/{}", ++marks_);
  run_tool({"curl", "--silent", "--noproxy", "*", http() + mark});
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  std::vector<std::string> lines;
  while (std::chrono::steady_clock::now() < end) {
    lines.clear();
    std::ifstream file(folder_ / "access.log");
    for (std::string line; std::getline(file, line);)
      lines.push_back(line);
    if (!lines.empty() && lines.back().starts_with("GET " + mark)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(seen_));
  seen_ += lines.size();
  if (!lines.empty()) lines.pop_back();
  return lines;
}

}  // namespace ibtest::test
