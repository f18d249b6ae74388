#pragma once

#include <string>

namespace ibtest {

/// What programs need to find other machines by name.
struct NameService {
  std::string resolver;  ///< content of /etc/resolv.conf; empty: there is none
  std::string hosts;     ///< of /etc/hosts
};

/// Of the root file system that this process sees.
[[nodiscard]] NameService read_name_service();

/// Writes it into the root file system that this process sees now: where /etc/resolv.conf leads to a file that is not
/// there (in /run, which is fresh), and with `replace` wherever it leads to; /etc/hosts only where there is none.
void provide_name_service(const NameService& names, bool replace);

}  // namespace ibtest
