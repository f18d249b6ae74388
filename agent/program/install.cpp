#include "agent/program/install.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Fault(ExitStatus::target_failed, system_error_text(what, errno));
}

void copy_all(int source, int destination, const std::string& name) {
  while (true) {
    constexpr std::size_t at_once = 16U << 20U;
    const ssize_t size = ::sendfile(destination, source, nullptr, at_once);
    if (size == 0) return;
    if (size < 0 && errno != EINTR) fail("writing " + name);
  }
}

}  // namespace

void install(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Fault(ExitStatus::target_failed, "making " + folder.string() + ": " + error.message());
  const FileDescriptor source(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) fail("reading /proc/self/exe");
  const std::filesystem::path target = folder / "ibtest-agent";
  // Several containers may install into one volume at the same time, each as process 1.
  std::string temporary = folder / ".ibtest-agent.XXXXXX";
  const FileDescriptor copy(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!copy.is_open()) fail("making a file in " + folder.string());
  try {
    copy_all(source.get(), copy.get(), temporary);
    if (::fchmod(copy.get(), 0755) != 0 || ::fsync(copy.get()) != 0) fail("writing " + temporary);
    if (::rename(temporary.c_str(), target.c_str()) != 0) fail("renaming to " + target.string());
  } catch (const Fault&) {
    std::filesystem::remove(temporary, error);
    throw;
  }
}

}  // namespace ibtest
