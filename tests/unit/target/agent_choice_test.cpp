#include "runner/target/agent_choice.hpp"

#include <algorithm>
#include <cstdlib>
#include <elf.h>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class AgentChoice : public testing::Test {
 protected:
  AgentChoice() {
    char name[] = "/tmp/ibtest-choice-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~AgentChoice() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path program(const std::string& name, std::uint16_t machine) const {
    Elf64_Ehdr header{};
    std::copy_n(ELFMAG, SELFMAG, header.e_ident);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_machine = machine;
    std::ofstream(folder_ / name, std::ios::binary).write(reinterpret_cast<const char*>(&header), sizeof header);
    return folder_ / name;
  }
  void expect_none(const std::string& machine, const std::string& words) const {
    try {
      static_cast<void>(agent_for(machine, folder_ / "agent"));
      ADD_FAILURE() << "there is one for " << machine;
    } catch (const Fault& fault) {
      EXPECT_EQ(fault.status(), ExitStatus::target_failed);
      EXPECT_THAT(fault.message(), HasSubstr(words));
    }
  }
  fs::path folder_;
};

TEST_F(AgentChoice, TakesTheOneForTheMachine) {
  const auto own = program("agent", EM_X86_64);
  const auto other = program("agent-aarch64", EM_AARCH64);
  EXPECT_EQ(agent_for("x86_64", own), own);
  EXPECT_EQ(agent_for("amd64", own), own);
  EXPECT_EQ(agent_for("aarch64", own), other);
  EXPECT_EQ(agent_for("arm64", own), other);
}

TEST_F(AgentChoice, RefusesWhatWouldNotRun) {
  static_cast<void>(program("agent", EM_X86_64));
  expect_none("aarch64", "there is no " + (folder_ / "agent-aarch64").string());
  static_cast<void>(program("agent-aarch64", EM_X86_64));
  expect_none("aarch64", "is for another one");
  expect_none("riscv64", "for which there is no agent");
  expect_none("armv7l", "for which there is no agent");
}

TEST_F(AgentChoice, KnowsProgramsByTheirContent) {
  EXPECT_EQ(program_machine(std::string(IBTEST_BIN) + "/ibtest-agent"), program_machine("/proc/self/exe"));
  std::ofstream(folder_ / "script") << "#!/bin/sh\necho this is long enough for a header, but it is none of those\n";
  EXPECT_EQ(program_machine(folder_ / "script"), "");
  EXPECT_EQ(program_machine(folder_ / "nothing"), "");
}

}  // namespace
}  // namespace ibtest
