#include "runner/ssh/private_key_file.hpp"

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"
#include "runner/ssh/known_hosts.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class PrivateKeyFileTest : public testing::Test {
 protected:
  PrivateKeyFileTest() {
    char name[] = "/tmp/ibtest-key-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~PrivateKeyFileTest() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path make(const std::string& name, const std::string& options) const {
    const std::string command = fmt::format("ssh-keygen -q {} -f {}", options, (folder_ / name).string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    return folder_ / name;
  }
  [[nodiscard]] fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  fs::path folder_;
};

TEST_F(PrivateKeyFileTest, KnowsWhetherAPassphraseIsNeeded) {
  for (const auto& [options, type] :
       {std::pair("-t ed25519", "ssh-ed25519"), std::pair("-t ecdsa", "ecdsa-sha2-nistp256"),
        std::pair("-t rsa -b 2048", "ssh-rsa"), std::pair("-t rsa -b 2048 -m PEM", "ssh-rsa"),
        std::pair("-t rsa -b 2048 -m PKCS8", "ssh-rsa")}) {
    for (const bool locked : {false, true}) {
      SCOPED_TRACE(options);
      const auto file = make("key", fmt::format("{} -N '{}'", options, locked ? "pass word" : ""));
      const auto key = read_private_key(file);
      EXPECT_EQ(key.encrypted, locked);
      EXPECT_EQ(key_type(key.public_key), type);
      EXPECT_EQ(read_public_key(file.string() + ".pub"), key.public_key);
      EXPECT_EQ(read_public_key(file), key.public_key);
      fs::remove(file);
      fs::remove(file.string() + ".pub");
    }
  }
}

TEST_F(PrivateKeyFileTest, RefusesWhatIsNone) {
  const std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  const std::string end = "-----END OPENSSH PRIVATE KEY-----\n";
  for (const auto& [text, words] :
       {std::pair(std::string(), "no private key"), std::pair(std::string("text\n"), "no private key"),
        std::pair(begin + end, "is damaged"), std::pair(begin, "is damaged"),
        std::pair(begin + "!!!!\n" + end, "is damaged"),
        std::pair(begin + "b3BlbnNzaC1rZXktdjEA/////w==\n" + end, "is damaged")}) {
    try {
      static_cast<void>(read_private_key(write("key", text)));
      ADD_FAILURE() << "accepted " << text;
    } catch (const Fault& fault) {
      EXPECT_THAT(fault.message(), HasSubstr(words));
    }
  }
  const auto file = make("pair", "-t ed25519 -N ''");
  try {
    static_cast<void>(read_private_key(file.string() + ".pub"));
    ADD_FAILURE() << "accepted a public key";
  } catch (const Fault& fault) {
    EXPECT_THAT(fault.message(), HasSubstr("the private one is needed"));
  }
  EXPECT_THROW(static_cast<void>(read_private_key(folder_ / "nothing")), Fault);
  EXPECT_EQ(read_public_key(folder_ / "nothing"), "");
}

}  // namespace
}  // namespace ibtest
