#include "agent/protocol/file_descriptor.hpp"

#include <cerrno>
#include <unistd.h>

namespace ibtest {

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(file, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace ibtest
