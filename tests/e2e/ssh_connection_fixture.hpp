#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"
#include "tests/servers/tcp_proxy.hpp"

namespace ibtest {

/// A host that is reached through a connection that is as bad as a test wants it.
class SshConnection : public SshTest {
 protected:
  void boot(std::chrono::milliseconds delay = {}, const std::vector<std::string>& options = {}) {
    start_host(options);
    reach(delay);
  }
  void reach(std::chrono::milliseconds delay = {}) {
    proxy_ = std::make_unique<test::TcpProxy>(address_, 22, delay);
    configure(fmt::format("  HostName 127.0.0.1\n  Port {}\n  HostKeyAlias {}\n", proxy_->port(), address_));
  }
  [[nodiscard]] std::unique_ptr<Program> start_run(std::vector<std::string> flags = {}) const {
    flags.insert(flags.begin(),
                 {"run", document_, "--target", "ssh:box", "--ssh-config", "ssh_config", "--format", "jsonl"});
    return start(flags);
  }
  void expect_nothing_left() const {
    const std::string script =
        "for i in $(seq 50); do [ \"$(ls /var/lib/ibtest)\" = lock ] && ! grep -lqs ibtest-agent /proc/[0-9]*/comm && "
        "break; sleep 0.1; done; ls /var/lib/ibtest; cat /proc/[0-9]*/comm | grep ibtest-agent";
    EXPECT_EQ(in_host(script), "lock\n");
  }

  std::unique_ptr<test::TcpProxy> proxy_;
};

}  // namespace ibtest
