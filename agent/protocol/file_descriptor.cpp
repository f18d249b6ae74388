#include "agent/protocol/file_descriptor.hpp"

#include <unistd.h>

namespace ibtest {

FileDescriptor::~FileDescriptor() {
  if (number_ >= 0) ::close(number_);
}

}  // namespace ibtest
