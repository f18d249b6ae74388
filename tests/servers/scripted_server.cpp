#include "tests/servers/scripted_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace ibtest::test {

namespace {

constexpr int patience_ms = 50;

}  // namespace

ScriptedServer::ScriptedServer(std::vector<std::string> responses)
    : responses_(std::move(responses)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_.get(), generic, size) != 0 || ::listen(socket_.get(), 16) != 0 ||
      ::getsockname(socket_.get(), generic, &size) != 0) {
    throw std::runtime_error("no server socket");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ending_ = true;
  thread_.join();
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string ScriptedServer::response(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "Connection: close\r\n\r\n" + body;
}

std::string ScriptedServer::s3_error(int status, const std::string& code, const std::string& headers) {
  return response(status, "<Error><Code>" + code + "</Code><Message>what it says</Message></Error>", headers);
}

void ScriptedServer::serve() {
  while (!ending_) {
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, patience_ms) <= 0) continue;
    const FileDescriptor connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.is_open()) answer(connection);
  }
}

void ScriptedServer::answer(const FileDescriptor& connection) {
  std::string request;
  std::size_t wanted = 0;
  std::array<char, 65536> piece{};
  while (wanted == 0 || request.size() < wanted) {
    const ssize_t size = ::recv(connection.get(), piece.data(), piece.size(), 0);
    if (size <= 0) return;
    request.append(piece.data(), static_cast<std::size_t>(size));
    const auto end = request.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    const auto length = request.find("Content-Length: ");
    const auto body = length < end ? std::strtoul(request.c_str() + length + 16, nullptr, 10) : 0;
    wanted = end + 4 + body;
  }
  std::string response;
  {
    const std::lock_guard lock(mutex_);
    response = responses_.at(std::min(requests_.size(), responses_.size() - 1));
    requests_.push_back(request.substr(0, request.find("\r\n\r\n")));
  }
  static_cast<void>(::send(connection.get(), response.data(), response.size(), MSG_NOSIGNAL));
}

}  // namespace ibtest::test
