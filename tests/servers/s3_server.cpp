#include "tests/servers/s3_server.hpp"

#include <fstream>
#include <iterator>

namespace ibtest::test {

S3Server::S3Server(const std::filesystem::path& folder, const std::vector<std::string>& buckets) : folder_(folder) {
  std::filesystem::create_directories(folder_);
  std::vector<std::string> command_line = {
      "node",
      "--openssl-legacy-provider",  // its continuation tokens are encrypted with an old cipher
      std::string(IBTEST_SOURCE) + "/build/servers/node_modules/s3rver/bin/s3rver.js",
      "--directory",
      (folder_ / "data").string(),
      "--address",
      "127.0.0.1",
      "--port",
      std::to_string(port_),
      "--no-vhost-buckets"};
  for (const auto& bucket : buckets) {
    command_line.emplace_back("--configure-bucket");
    command_line.push_back(bucket);
  }
  program_ = std::make_unique<BackgroundProgram>(command_line, folder_ / "s3rver.log");
}

std::vector<std::string> S3Server::variables() const {
  return {"AWS_ENDPOINT_URL_S3=" + endpoint(), "AWS_ACCESS_KEY_ID=S3RVER", "AWS_SECRET_ACCESS_KEY=S3RVER",
          "AWS_EC2_METADATA_DISABLED=true"};
}

std::string S3Server::log() const {
  std::ifstream file(folder_ / "s3rver.log");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace ibtest::test
