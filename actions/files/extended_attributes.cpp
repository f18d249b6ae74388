#include "actions/files/extended_attributes.hpp"

#include <string>
#include <string_view>
#include <sys/xattr.h>

namespace ibtest {

namespace {

constexpr std::string_view selinux_label = "security.selinux";

/// All names, each ended by a NUL; empty when there are none, or the file system has no such thing.
std::string attribute_names(int file) {
  const auto size = ::flistxattr(file, nullptr, 0);
  if (size <= 0) return {};
  std::string names(static_cast<std::size_t>(size), '\0');
  const auto got = ::flistxattr(file, names.data(), names.size());
  names.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return names;
}

void copy_attribute(int from, int to, const char* name) {
  const auto size = ::fgetxattr(from, name, nullptr, 0);
  if (size < 0) return;
  std::string value(static_cast<std::size_t>(size), '\0');
  const auto got = ::fgetxattr(from, name, value.data(), value.size());
  if (got >= 0) ::fsetxattr(to, name, value.data(), static_cast<std::size_t>(got), 0);
}

}  // namespace

void copy_extended_attributes(int from, int to) {
  const auto names = attribute_names(from);
  for (std::size_t at = 0; at < names.size();) {
    const char* const name = names.c_str() + at;
    if (name != selinux_label) copy_attribute(from, to, name);
    at += std::string_view(name).size() + 1;
  }
}

}  // namespace ibtest
