#include "actions/files/temporary_entry.hpp"

#include <cerrno>
#include <cstdint>
#include <sys/random.h>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/files/rename_entry.hpp"

namespace ibtest {

namespace {

constexpr int most_names = 100;

}  // namespace

TemporaryEntry::~TemporaryEntry() {
  if (!name_.empty()) ::unlinkat(folder_, name_.c_str(), 0);
}

int TemporaryEntry::make(const std::function<bool(const char* name)>& maker) {
  for (int attempt = 0; attempt < most_names; ++attempt) {
    std::uint64_t random = 0;
    if (::getrandom(&random, sizeof random, 0) < 0) return errno;
    const auto name = fmt::format(".ibtest-{:016x}", random);
    if (maker(name.c_str())) {
      name_ = name;
      return 0;
    }
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
}

int TemporaryEntry::put_in_place(const char* place, bool replace) {
  const int reason = rename_entry(folder_, name_.c_str(), folder_, place, replace);
  if (reason == 0) name_.clear();
  return reason;
}

}  // namespace ibtest
