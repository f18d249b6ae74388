#include "runner/target/agent_choice.hpp"

#include <algorithm>
#include <array>
#include <elf.h>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 2> built{"x86_64", "aarch64"};

/// The names that machines of one architecture go by.
std::string usual_name(const std::string& machine) {
  if (machine == "amd64") return "x86_64";
  if (machine == "arm64") return "aarch64";
  return machine;
}

}  // namespace

std::string program_machine(const std::filesystem::path& program) {
  std::ifstream file(program, std::ios::binary);
  Elf64_Ehdr header{};
  if (!file.read(reinterpret_cast<char*>(&header), sizeof header)) return {};
  if (!std::equal(header.e_ident, header.e_ident + SELFMAG, ELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64)
    return {};
  if (header.e_machine == EM_X86_64) return "x86_64";
  if (header.e_machine == EM_AARCH64) return "aarch64";
  return {};
}

std::filesystem::path agent_for(const std::string& machine, const std::filesystem::path& own) {
  const std::string name = usual_name(machine);
  if (program_machine(own) == name) return own;
  auto other = std::filesystem::path(own.string() + "-" + name);
  if (program_machine(other) == name) return other;
  if (std::ranges::count(built, name) == 0) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("the machine is of the architecture {}, for which there is no agent", machine),
                "There are agents for x86_64 and aarch64.");
  }
  throw Fault(ExitStatus::target_failed,
              fmt::format("the machine is of the architecture {}, and no agent for it is here: {}", machine,
                          std::filesystem::exists(other) ? other.string() + " is for another one"
                                                         : "there is no " + other.string()),
              fmt::format("Put the agent that was built for {} there.", name));
}

}  // namespace ibtest
