#include "agent/program/sudo_stand_in.hpp"

#include <unistd.h>

#include "actions/commands/executable_search.hpp"

namespace ibtest {

namespace {

// Where packages put it, so that they replace it.
constexpr const char* usual_path = "/usr/bin/sudo";

}  // namespace

SudoStandIn::SudoStandIn(const std::map<std::string, std::string>& environment) {
  if (::geteuid() != 0 || find_executable("sudo", environment, "/").error.empty()) return;
  std::error_code error;
  program_ = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return;
  // Without /usr/bin there is nothing that could call it.
  std::filesystem::create_symlink(program_, usual_path, error);
  if (!error) path_ = usual_path;
}

SudoStandIn::~SudoStandIn() {
  if (path_.empty()) return;
  std::error_code error;
  if (std::filesystem::read_symlink(path_, error) == program_) std::filesystem::remove(path_, error);
}

}  // namespace ibtest
