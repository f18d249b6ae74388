#include "runner/ssh/known_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/ssh/base64.hpp"

namespace ibtest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string field(const std::string& text) {
  return std::string("\0\0\0", 3) + static_cast<char>(text.size()) + text;
}

/// A key in the form that goes over the wire; that it opens nothing does not matter here.
std::string key(const std::string& type, const std::string& bytes) {
  return field(type) + field(bytes);
}

std::string text_of(const std::string& key) {
  std::string text = key_type(key) + " ";
  append_base64(text, key);
  return text;
}

const std::string first = key("ssh-ed25519", "first");
const std::string second = key("ssh-ed25519", "second");
const std::string other_type = key("ssh-rsa", "other");

KnownHosts known(const std::string& text) {
  KnownHosts hosts;
  hosts.add(text, "file");
  return hosts;
}

TEST(KnownHosts, MatchesNamesAsSshDoes) {
  struct Case {
    std::string names;
    std::string host;
    std::uint16_t port;
    bool matches;
  };
  for (const Case& example : std::vector<Case>{
           {"host", "host", 22, true},
           {"HOST", "Host", 22, true},
           {"host", "hosts", 22, false},
           {"a,host,b", "host", 22, true},
           {"*.example.com", "a.example.com", 22, true},
           {"*.example.com", "example.com", 22, false},
           {"10.0.0.?", "10.0.0.7", 22, true},
           {"10.0.0.?", "10.0.0.17", 22, false},
           {"*,!bad", "good", 22, true},
           {"*,!bad", "bad", 22, false},
           {"!bad,*", "bad", 22, false},
           {"!bad", "good", 22, false},
           {"[host]:2222", "host", 2222, true},
           {"[host]:2222", "host", 2223, false},
           {"[host]:2222", "host", 22, false},
           {"[*]:2222", "host", 2222, true},
           {"host", "host", 2222, true},  // the plain name, with this very key
           {"*a*a*a*a*a*a*a*a*b", std::string(200, 'a'), 22, false},
           {",,", "host", 22, false},
       }) {
    SCOPED_TRACE(example.names + " " + example.host);
    const auto answer = known(example.names + " " + text_of(first)).check(example.host, example.port, first);
    EXPECT_EQ(answer.verdict, example.matches ? HostKeyVerdict::known : HostKeyVerdict::unknown);
  }
}

TEST(KnownHosts, MatchesHashedNames) {
  for (const bool other_port : {false, true}) {
    const std::uint16_t port = other_port ? 2222 : 22;
    const std::string line = known_hosts_line("Host.example.com", port, first, true);
    EXPECT_TRUE(line.starts_with("|1|"));
    EXPECT_EQ(known(line).check("host.example.com", port, first).verdict, HostKeyVerdict::known);
    EXPECT_EQ(known(line).check("host.example.org", port, first).verdict, HostKeyVerdict::unknown);
  }
  for (const std::string broken : {"|1|", "|1||", "|1|x|y", "|1|AAAA", "|1|AAAA|", "|1||AAAA", "|2|AAAA|AAAA"})
    EXPECT_EQ(known(broken + " " + text_of(first)).check("host", 22, first).verdict, HostKeyVerdict::unknown) << broken;
}

TEST(KnownHosts, ReadsAHashThatSshMade) {
  const std::string line = "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= " + text_of(first);
  EXPECT_EQ(known(line).check("192.168.1.61", 22, first).verdict, HostKeyVerdict::known);
}

TEST(KnownHosts, TellsChangedFromUnknown) {
  const std::string text = "host " + text_of(first);
  EXPECT_EQ(known(text).check("host", 22, second).verdict, HostKeyVerdict::changed);
  EXPECT_EQ(known(text).check("host", 22, second).place, "file:1");
  // A key of a type that was not seen yet does not make the host a new one.
  EXPECT_EQ(known(text).check("host", 22, other_type).verdict, HostKeyVerdict::changed);
  EXPECT_EQ(known(text).check("other", 22, first).verdict, HostKeyVerdict::unknown);
  // At another port it may be another server.
  EXPECT_EQ(known(text).check("host", 2222, second).verdict, HostKeyVerdict::unknown);
  EXPECT_EQ(known(text + "\nhost " + text_of(second)).check("host", 22, second).verdict, HostKeyVerdict::known);
}

TEST(KnownHosts, RevokedWinsOverEverything) {
  for (const std::string& text : {"@revoked * " + text_of(first) + "\nhost " + text_of(first),
                                  "host " + text_of(first) + "\n@revoked host " + text_of(first)}) {
    EXPECT_EQ(known(text).check("host", 22, first).verdict, HostKeyVerdict::revoked);
    EXPECT_EQ(known(text).check("host", 2222, first).verdict, HostKeyVerdict::revoked);
    EXPECT_EQ(known(text).check("host", 22, second).verdict, HostKeyVerdict::changed);
  }
  EXPECT_EQ(known("@revoked * " + text_of(first)).check("host", 22, second).verdict, HostKeyVerdict::unknown);
}

TEST(KnownHosts, AuthoritiesVouchForNoPlainKey) {
  const auto hosts = known("# comment\n@cert-authority *.example.com " + text_of(first));
  const auto answer = hosts.check("a.example.com", 22, first);
  EXPECT_EQ(answer.verdict, HostKeyVerdict::unknown);
  EXPECT_EQ(answer.certificates_at, "file:2");
  EXPECT_EQ(hosts.check("a.example.org", 22, first).certificates_at, "");
  EXPECT_THAT(hosts.key_types("a.example.com", 22), IsEmpty());
}

TEST(KnownHosts, PassesOverWhatMakesNoSense) {
  const std::string text = text_of(first);
  const std::string body = text.substr(text.find(' ') + 1);
  for (const std::string& line :
       {std::string("host"), std::string("host ssh-ed25519"), "host ssh-ed25519 " + body.substr(1),
        "host ssh-rsa " + body, "@unknown host " + text, std::string("@revoked"), std::string("host ssh-ed25519 !!!!"),
        "#host " + text, std::string(" \t\r")}) {
    EXPECT_EQ(known(line).check("host", 22, first).verdict, HostKeyVerdict::unknown) << line;
  }
  EXPECT_EQ(known("\t host\t " + text + " comment\r\n").check("host", 22, first).verdict, HostKeyVerdict::known);
}

TEST(KnownHosts, NamesTheTypesToAskFor) {
  const auto hosts = known("host " + text_of(other_type) + "\nhost " + text_of(first) + "\nhost " + text_of(second) +
                           "\n[port]:2222 " + text_of(other_type) + "\n@revoked host " + text_of(first));
  EXPECT_THAT(hosts.key_types("host", 22), ElementsAre("ssh-rsa", "ssh-ed25519"));
  EXPECT_THAT(hosts.key_types("host", 2222), ElementsAre("ssh-rsa", "ssh-ed25519"));
  EXPECT_THAT(hosts.key_types("port", 2222), ElementsAre("ssh-rsa"));
  EXPECT_THAT(hosts.key_types("unknown", 22), IsEmpty());
}

TEST(KnownHosts, ShowsKeysAsSshDoes) {
  const auto github = decode_base64("AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl");
  ASSERT_TRUE(github);
  EXPECT_EQ(key_type(*github), "ssh-ed25519");
  EXPECT_EQ(key_fingerprint(*github), "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU");
  EXPECT_EQ(key_type(""), "");
  EXPECT_EQ(key_type(std::string("\0\0\0\xffssh", 7)), "");
}

TEST(KnownHosts, FilesThatAreNotThereKnowNobody) {
  KnownHosts hosts;
  hosts.read("/nonexistent/known_hosts");
  EXPECT_EQ(hosts.check("host", 22, first).verdict, HostKeyVerdict::unknown);
}

}  // namespace
}  // namespace ibtest
