#include "actions/commands/temporary_script.hpp"

#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/remove_tree.hpp"
#include "actions/files/target_path.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

const char* const system_folder = "/tmp";

std::string random_digits() {
  // Not std::random_device: it asks the processor, which in virtual machines costs more than starting a thread.
  std::uint32_t number = 0;
  static_cast<void>(::getrandom(&number, sizeof number, 0));
  constexpr std::uint32_t lowest = 100'000'000;
  return std::to_string(lowest + number % (std::numeric_limits<std::uint32_t>::max() - lowest));
}

}  // namespace

TemporaryScript::TemporaryScript(const std::vector<std::string>& commands, ActionContext& context) : context_(context) {
  create_folder();
  if (!error_.empty()) return;
  context_.log("Created temporary directory: " + folder_.string());
  write(commands);
  if (error_.empty()) context_.log("Created temporary script file at: " + path_.string());
}

TemporaryScript::~TemporaryScript() {
  if (folder_.empty()) return;
  context_.log("Removing temporary directory: " + folder_.string());
  const auto error = remove_tree(folder_, [] { return false; });
  if (error.empty()) {
    context_.log("Successfully removed temporary directory: " + folder_.string());
  } else {
    context_.warn(error);
  }
}

void TemporaryScript::create_folder() {
  // Minimal images have no /tmp.
  if (::mkdir(system_folder, 01777) == 0) ::chmod(system_folder, 01777);
  constexpr int most_tries = 100;
  for (int i = 0; i < most_tries; ++i) {
    const auto folder = std::filesystem::path(system_folder) / ("AWSTOE" + random_digits());
    if (::mkdir(folder.c_str(), 0700) == 0) {
      folder_ = folder;
      return;
    }
    if (errno != EEXIST) {
      error_ = path_error("creating the temporary directory", folder, errno);
      return;
    }
  }
  error_ = path_error("creating a temporary directory in", system_folder, EEXIST);
}

void TemporaryScript::write(const std::vector<std::string>& commands) {
  path_ = folder_ / ("script-" + random_digits() + ".sh");
  const FileDescriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  int reason = file.is_open() ? 0 : errno;
  for (std::size_t i = 0; i < commands.size() && reason == 0; ++i) {
    reason = write_all(file.get(), commands[i]);
    if (reason == 0) reason = write_all(file.get(), "\n");
  }
  if (reason != 0) error_ = path_error("writing the temporary script file", path_, reason);
}

}  // namespace ibtest
