#include "runner/ssh/ssh_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const SshTokens tokens{.home = "/home/me", .local_user = "me", .local_id = "1000", .local_host = "desk.example.com"};

SshSettings read(const std::string& lines, const std::string& agent = {}) {
  return read_ssh_settings("hostname real.example.com\nuser you\nport 2222\n" + lines, {.host = "alias"}, tokens,
                           agent);
}

TEST(SshAddress, IsReadInAllItsForms) {
  struct Case {
    std::string text;
    std::string user;
    std::string host;
    std::optional<std::uint16_t> port;
  };
  for (const Case& example : std::vector<Case>{
           {"host", "", "host", {}},
           {"me@host", "me", "host", {}},
           {"me@host:2222", "me", "host", 2222},
           {"me@example.com@host", "me@example.com", "host", {}},  // users of a directory
           {"10.0.0.1:22", "", "10.0.0.1", 22},
           {"::1", "", "::1", {}},
           {"[::1]:22", "", "::1", 22},
           {"me@[fe80::1%eth0]", "me", "fe80::1%eth0", {}},
       }) {
    SCOPED_TRACE(example.text);
    const auto address = parse_ssh_address(example.text);
    EXPECT_EQ(address.user, example.user);
    EXPECT_EQ(address.host, example.host);
    EXPECT_EQ(address.port, example.port);
  }
}

TEST(SshAddress, IsRefusedWhenItIsNone) {
  for (const std::string text :
       {"", "me@", "@host", ":22", "host:", "host:0", "host:65536", "host:-1", "host:22x", "[::1", "[::1]22",
        "-oProxyCommand=x", "-l@host", "ho st", "host;id", "$(id)@host", "host/path"}) {
    SCOPED_TRACE(text);
    try {
      static_cast<void>(parse_ssh_address(text));
      ADD_FAILURE() << "accepted";
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::not_runnable);
      EXPECT_THAT(fault.remedy(), HasSubstr("ssh:[USER@]HOST[:PORT]"));
    }
  }
}

TEST(SshSettings, AreThoseOfTheConfiguration) {
  const auto settings = read(
      "identityfile ~/.ssh/id_ed25519\nidentityfile /keys/%r@%h:%p\nidentitiesonly yes\nidentityagent none\n"
      "hostkeyalias known\nproxyjump a@b:33,c\nuserknownhostsfile ~/.ssh/known_hosts \"/a b/known\"\n"
      "globalknownhostsfile /etc/ssh/ssh_known_hosts none\nhashknownhosts yes\nconnecttimeout 7\n"
      "serveraliveinterval 11\nserveralivecountmax 2\n",
      "/environment/agent");
  EXPECT_EQ(settings.host, "alias");
  EXPECT_EQ(settings.host_name, "real.example.com");
  EXPECT_EQ(settings.user, "you");
  EXPECT_EQ(settings.port, 2222);
  EXPECT_THAT(settings.keys, ElementsAre("/home/me/.ssh/id_ed25519", "/keys/you@real.example.com:2222"));
  EXPECT_TRUE(settings.identities_only);
  EXPECT_EQ(settings.agent_socket, "");
  EXPECT_EQ(settings.key_alias, "known");
  EXPECT_EQ(settings.proxy_jump, "a@b:33,c");
  EXPECT_THAT(settings.known_hosts, ElementsAre("/home/me/.ssh/known_hosts", "/a b/known"));
  EXPECT_THAT(settings.global_known_hosts, ElementsAre("/etc/ssh/ssh_known_hosts"));
  EXPECT_TRUE(settings.hash_known_hosts);
  EXPECT_EQ(settings.connect_timeout, std::chrono::seconds(7));
  EXPECT_EQ(settings.alive_interval, std::chrono::seconds(11));
  EXPECT_EQ(settings.alive_count, 2);
}

TEST(SshSettings, HaveTheirDefaults) {
  const auto settings =
      read("connecttimeout none\nserveraliveinterval 0\nproxyjump none\nidentitiesonly no\n", "/agent");
  EXPECT_EQ(settings.connect_timeout, std::chrono::seconds(15));
  EXPECT_EQ(settings.alive_interval, std::chrono::seconds(30));
  EXPECT_EQ(settings.agent_socket, "/agent");
  EXPECT_FALSE(settings.identities_only);
  EXPECT_THAT(proxy_command_line(settings, {}), IsEmpty());
}

TEST(SshSettings, FindTheAgent) {
  EXPECT_EQ(read("identityagent SSH_AUTH_SOCK\n", "/environment").agent_socket, "/environment");
  EXPECT_EQ(read("identityagent ~/agent-%u-%i\n", "/environment").agent_socket, "/home/me/agent-me-1000");
}

TEST(SshSettings, SayWhatCarriesTheBytes) {
  auto settings = read("proxycommand connect -x %h:%p -n %n -u %r@%L %%\n");
  EXPECT_THAT(proxy_command_line(settings, {}),
              ElementsAre("sh", "-c", "connect -x real.example.com:2222 -n alias -u you@desk %"));
  settings = read("proxyjump jump\n");
  EXPECT_THAT(proxy_command_line(settings, {}),
              ElementsAre("ssh", "-o", "BatchMode=yes", "-W", "[real.example.com]:2222", "--", "ssh://jump"));
  settings = read("proxyjump one,me@two:33\n");
  EXPECT_THAT(proxy_command_line(settings, "/configuration"),
              ElementsAre("ssh", "-o", "BatchMode=yes", "-F", "/configuration", "-J", "one", "-W",
                          "[real.example.com]:2222", "--", "ssh://me@two:33"));
}

TEST(SshSettings, NeedToSayWhereTheHostIs) {
  EXPECT_THROW(static_cast<void>(read_ssh_settings("user me\n", {.host = "alias"}, tokens, {})), Fault);
  EXPECT_THROW(static_cast<void>(read_ssh_settings("", {.host = "alias"}, tokens, {})), Fault);
}

}  // namespace
}  // namespace ibtest
