#include "agent/program/metadata_block.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <linux/capability.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

constexpr const char* address_v4 = "169.254.169.254";
constexpr const char* address_v6 = "fd00:ec2::254";
constexpr unsigned short reject_flags = RTF_UP | RTF_HOST | RTF_REJECT;

// A route that is there already, after a restart of the agent, is as good.
bool added(int socket, void* route) {
  return ::ioctl(socket, SIOCADDRT, route) == 0 || errno == EEXIST;
}

bool reject_v4() {
  const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, address_v4, &address.sin_addr);
  rtentry route{};
  std::memcpy(&route.rt_dst, &address, sizeof address);
  route.rt_flags = reject_flags;
  return socket.is_open() && added(socket.get(), &route);
}

// A namespace without IPv6 needs none.
void reject_v6() {
  const FileDescriptor socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return;
  in6_rtmsg route{};
  ::inet_pton(AF_INET6, address_v6, &route.rtmsg_dst);
  route.rtmsg_dst_len = 128;
  route.rtmsg_metric = 1;
  route.rtmsg_flags = reject_flags;
  static_cast<void>(added(socket.get(), &route));
}

}  // namespace

std::string block_metadata_service() {
  const bool done = reject_v4();
  const int reason = errno;
  reject_v6();
  ::prctl(PR_CAPBSET_DROP, CAP_NET_ADMIN, 0, 0, 0);
  return done ? std::string()
              : system_error_text(
                    "the instance metadata service of this machine may be reached from the target: "
                    "adding a route",
                    reason);
}

}  // namespace ibtest
