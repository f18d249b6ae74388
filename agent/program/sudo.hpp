#pragma once

#include <string>
#include <vector>

namespace ibtest {

/// The program as `sudo`: runs a command as root or as another user of the target, with the environment that sudo
/// gives. It asks for no password and reads no sudoers: who calls it is root already (section 8.3 of the module
/// specification). Returns only when there is nothing to run: the exit status.
int run_as_sudo(const std::vector<std::string>& arguments);

}  // namespace ibtest
