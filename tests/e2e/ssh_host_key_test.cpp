#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include "tests/e2e/ssh_fixture.hpp"

namespace ibtest {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SshHostKey : public SshTest {
 protected:
  void SetUp() override {
    SshTest::SetUp();
    start_host();
  }
  void forget() const { std::filesystem::remove(folder_ / "known_hosts"); }
  void write_known(const std::string& text) const { std::ofstream(folder_ / "known_hosts") << text; }
  [[nodiscard]] static std::string public_key(const std::string& file) {
    std::string type;
    std::string key;
    std::ifstream(keys_ / (file + ".pub")) >> type >> key;
    return type + " " + key;
  }
};

TEST_F(SshHostKey, RefusesAnUnknownHostWithItsFingerprint) {
  forget();
  const auto result = run("ssh:box");
  expect_refusal(
      result, fmt::format("the host {} is unknown; it shows the key ssh-ed25519 {}", address_, fingerprint("ed25519")));
  EXPECT_THAT(result.errors, HasSubstr("--accept-new-host-key"));
  EXPECT_FALSE(exists("known_hosts"));
}

TEST_F(SshHostKey, AddsANewKeyWhenAskedTo) {
  write_known("# no line break at the end");
  auto result = run("ssh:box", {"--accept-new-host-key"});
  expect_success(result);
  EXPECT_THAT(result.errors, HasSubstr("added the key of the host " + address_));
  EXPECT_EQ(content("known_hosts"),
            fmt::format("# no line break at the end\n{} {}\n", address_, public_key("server/host_ed25519")));
  result = run("ssh:box", {"--accept-new-host-key"});
  expect_success(result);
  EXPECT_THAT(result.errors, Not(HasSubstr("added the key")));
  expect_success(run("ssh:box"));
  // ssh agrees.
  EXPECT_EQ(tool({"ssh", "-F", "ssh_config", "-o", "BatchMode=yes", "box", "true"}).status, 0);
}

TEST_F(SshHostKey, HashesTheNameWhereTheConfigurationSaysSo) {
  forget();
  configure("  HashKnownHosts yes\n");
  expect_success(run("ssh:box", {"--accept-new-host-key"}));
  EXPECT_THAT(content("known_hosts"), AllOf(HasSubstr("|1|"), Not(HasSubstr(address_))));
  expect_success(run("ssh:box"));
  EXPECT_EQ(tool({"ssh", "-F", "ssh_config", "-o", "BatchMode=yes", "box", "true"}).status, 0);
}

TEST_F(SshHostKey, RefusesAChangedKeyAlways) {
  write_known(fmt::format("{} {}\n", address_, public_key("stranger")));
  for (const auto& flags : {std::vector<std::string>{}, std::vector<std::string>{"--accept-new-host-key"}}) {
    const auto result = run("ssh:box", flags);
    expect_refusal(result, "but another one is known for it");
    EXPECT_THAT(result.errors, AllOf(HasSubstr("known_hosts:1"), HasSubstr("ssh-keygen -R")));
  }
  // One of another type does not make the host a new one either.
  write_known(fmt::format("{} {}\n", address_, public_key("user_rsa")));
  expect_refusal(run("ssh:box", {"--accept-new-host-key"}), "but another one is known for it");
}

TEST_F(SshHostKey, RefusesARevokedKey) {
  write_known(fmt::format("{0} {1}\n@revoked * {1}\n", address_, public_key("server/host_ed25519")));
  const auto result = run("ssh:box", {"--accept-new-host-key"});
  expect_refusal(result, "which is revoked");
  EXPECT_THAT(result.errors, HasSubstr("known_hosts:2"));
}

TEST_F(SshHostKey, SaysThatItReadsNoCertificates) {
  write_known(fmt::format("@cert-authority * {}\n", public_key("user_rsa")));
  expect_refusal(run("ssh:box"), "trusts an authority for it, but ibtest does not read certificates of hosts");
}

TEST_F(SshHostKey, AsksTheHostForTheKeyThatIsKnown) {
  for (const std::string type : {"rsa", "ecdsa", "ed25519"}) {
    SCOPED_TRACE(type);
    write_known(fmt::format("{} {}\n", address_, public_key("server/host_" + type)));
    expect_success(run("ssh:box"));
  }
}

TEST_F(SshHostKey, KnowsHashedNamesAndOtherPorts) {
  start_sshd(2222, {});
  forget();
  know_host("[" + address_ + "]:2222");
  ASSERT_EQ(tool({"ssh-keygen", "-q", "-H", "-f", "known_hosts"}).status, 0);
  expect_success(run("ssh:box:2222"));
  expect_refusal(run("ssh:box"), "is unknown");
}

TEST_F(SshHostKey, SaysWhyAKeyCannotBeAdded) {
  configure("  UserKnownHostsFile /proc/nothing/known_hosts\n");
  expect_refusal(run("ssh:box", {"--accept-new-host-key"}), "adding the host's key to /proc/nothing/known_hosts");
}

TEST_F(SshHostKey, ReachesTheHostOverAnotherMachine) {
  const std::string jump =
      fmt::format("Host inner\n  HostName 127.0.0.1\n  HostKeyAlias {}\n  ProxyJump box\n", address_);
  configure({}, jump);
  expect_success(run("ssh:inner"));
  // Two of them, with user and port.
  start_sshd(2222, {});
  know_host("[127.0.0.1]:2222");
  configure({}, jump + "Host innermost\n  HostName 127.0.0.1\n  Port 2222\n  ProxyJump box,root@inner:22\n");
  expect_success(run("ssh:innermost"));
}

TEST_F(SshHostKey, ReachesTheHostThroughACommand) {
  const std::string bridge = "  ProxyCommand bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & exec cat >&3'\n";
  configure(bridge);
  expect_success(run("ssh:box"));
}

TEST_F(SshHostKey, SaysWhatABrokenWayThereSays) {
  configure("  ProxyCommand echo the gate is closed >&2; exit 1\n");
  expect_refusal(run("ssh:box"), "the gate is closed");
  configure("  ProxyCommand exec sleep 100\n  ConnectTimeout 1\n");
  expect_refusal(run("ssh:box"), "has not answered in time");
  configure({}, "Host inner\n  HostName 127.0.0.1\n  ProxyJump nobody.invalid\n");
  expect_refusal(run("ssh:inner"), "nobody.invalid");
}

TEST_F(SshHostKey, SaysWhyItCannotConnect) {
  expect_refusal(run("ssh:box:1"), "port 1: Connection refused");
  expect_refusal(run("ssh:no-such-host.invalid"), "there is no address for the host no-such-host.invalid");
  // Somebody who listens and says nothing.
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&place), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&place), &size), 0);
  configure({}, "Host silent\n  HostName 127.0.0.1\n  ConnectTimeout 1\n");
  expect_refusal(run(fmt::format("ssh:silent:{}", ntohs(place.sin_port))), "has not answered in time");
}

TEST_F(SshHostKey, RefusesABadConfiguration) {
  std::ofstream(folder_ / "ssh_config") << "Host box\n  NoSuchOption 1\n";
  expect_refusal(run("ssh:box"), "does not accept the configuration");
}

}  // namespace
}  // namespace ibtest
