#include "runner/documents/text_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

std::string remedy_for_missing(const std::string& path) {
  const std::filesystem::path wanted(path);
  const std::filesystem::path folder = wanted.has_parent_path() ? wanted.parent_path() : std::filesystem::path(".");
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end && names.size() < 1000;
       it.increment(error))
    names.push_back(it->path().filename().string());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string wanted_name = wanted.filename().string();
  if (const auto nearest = nearest_name(wanted_name, views)) {
    const std::filesystem::path near = wanted.parent_path() / std::string(*nearest);
    return fmt::format("did you mean `{}`?", near.string());
  }
  return "no file there has a similar name";
}

}  // namespace

std::string read_text_file(const std::string& path, std::size_t limit) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (descriptor < 0) {
    const int number = errno;
    throw Fault(ExitStatus::not_runnable, system_error_text(path, number),
                number == ENOENT   ? remedy_for_missing(path)
                : number == EACCES ? "make the file readable for this user"
                                   : "");
  }
  struct Closer {
    int descriptor;
    ~Closer() { ::close(descriptor); }
  } closer{descriptor};
  struct stat information {};
  if (::fstat(descriptor, &information) == 0 && S_ISDIR(information.st_mode))
    throw Fault(ExitStatus::not_runnable, path + ": this is a directory", "name the component document in it");
  std::string text;
  char buffer[65536];
  while (text.size() <= limit) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Fault(ExitStatus::not_runnable, system_error_text("reading " + path, errno));
    if (count == 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace ibtest
