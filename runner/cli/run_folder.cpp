#include "runner/cli/run_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

Fault folder_fault(const LogRoot& root, const fs::path& path, int number) {
  return {ExitStatus::not_runnable, system_error_text("the log folder " + path.string(), number),
          root.awstoe ? "give another folder with --log-directory" : "give another folder with --log-dir"};
}

// The folder itself or the nearest one above it that exists.
fs::path existing_part(fs::path path) {
  std::error_code error;
  while (!fs::exists(fs::symlink_status(path, error)) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

// What a machine has made is not to be trusted: a link may lead anywhere, a pipe lets its reader wait for ever.
void keep_files_and_folders(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> others;
  for (fs::recursive_directory_iterator it(folder, ignored), end; it != end; it.increment(ignored)) {
    const fs::file_status status = it->symlink_status(ignored);
    if (!fs::is_regular_file(status) && !fs::is_directory(status)) others.push_back(it->path());
  }
  for (const fs::path& other : others)
    fs::remove(other, ignored);
}

// The outermost folder that create_directories() is going to make; empty when all exist.
fs::path outermost_missing(fs::path path) {
  std::error_code error;
  fs::path missing;
  while (!fs::exists(path, error)) {
    missing = path;
    if (!path.has_parent_path() || path == path.parent_path()) break;
    path = path.parent_path();
  }
  return missing;
}

}  // namespace

int folder_write_error(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return error ? error.value() : ENOTDIR;
  // A nameless file shows what permission bits do not: read-only mounts, quotas, file systems of the kernel.
  const FileDescriptor probe(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (probe.get() >= 0) return 0;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT) return errno;
  // A file system that has none: a folder that is gone again at once.
  std::string name = (folder / ".ibtest-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return errno;
  ::rmdir(name.c_str());
  return 0;
}

LogRoot LogRoot::from_option(const std::string& log_directory) {
  const bool own = log_directory.empty();
  return {.path = fs::absolute(own ? fs::path(".ibtest/runs") : fs::path(log_directory)).lexically_normal(),
          .own = own};
}

LogRoot LogRoot::of_awstoe(const std::string& log_directory) {
  const fs::path folder = log_directory.empty() ? fs::path(".") : fs::path(log_directory);
  return {.path = fs::absolute(folder).lexically_normal(), .own = false, .awstoe = true};
}

std::string LogRoot::folder_name(std::int64_t start_time_ns, const std::string& execution_id) const {
  const std::string time = format_time_folder(start_time_ns);
  return awstoe ? fmt::format("TOE_{}_UTC-0_{}", time, execution_id) : fmt::format("{}_{}", time, execution_id);
}

void LogRoot::check_writable() const {
  const fs::path existing = existing_part(path);
  if (const int error = folder_write_error(existing); error != 0) throw folder_fault(*this, existing, error);
}

RunFolder::RunFolder(const LogRoot& root, const std::string& execution_id, std::int64_t start_time_ns)
    : root_(root), path_(root.path / root.folder_name(start_time_ns, execution_id)) {
  first_created_ = outermost_missing(path_);
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) throw folder_fault(root_, path_, error.value());
  if (root.own) {
    const fs::path ignore = root_.path.parent_path() / ".gitignore";
    if (!fs::exists(ignore, error)) {
      replace_file(ignore, "*\n");
      created_ignore_ = ignore;
    }
  }
  events_ = std::make_unique<LineOutput>(path_ / "events.jsonl");
}

RunFolder::RunFolder(const LogRoot& root, const fs::path& existing)
    : root_(root), path_(fs::weakly_canonical(existing)), used_(true) {
  std::error_code ignored;
  fs::remove_all(incoming(), ignored);  // of logs that were being copied
}

void RunFolder::read_events(const std::function<void(const std::string& line)>& take) {
  const fs::path file = path_ / "events.jsonl";
  std::uintmax_t whole = 0;
  {
    std::ifstream stream(file, std::ios::binary);
    for (std::string line; std::getline(stream, line) && !stream.eof(); whole += line.size() + 1)
      take(line);
  }
  std::error_code error;
  fs::resize_file(file, whole, error);
  if (error) throw folder_fault(root_, path_, error.value());
  events_ = std::make_unique<LineOutput>(file, LineOutput::Begin::at_end);
}

RunFolder::~RunFolder() {
  if (used_) return;
  events_.reset();
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  // What was made for this run alone goes too, unless something else has come into it meanwhile.
  if (first_created_.empty() || first_created_ == path_) return;
  if (!created_ignore_.empty()) fs::remove(created_ignore_, ignored);
  for (fs::path folder = path_.parent_path();; folder = folder.parent_path()) {
    if (!fs::remove(folder, ignored) || folder == first_created_) return;
  }
}

void RunFolder::point_latest() const {
  if (root_.awstoe) return;
  const fs::path temporary = root_.path / fmt::format(".latest-{}", ::getpid());
  std::error_code error;
  fs::remove(temporary, error);
  fs::create_directory_symlink(path_.filename(), temporary, error);
  if (!error) fs::rename(temporary, root_.path / "latest", error);
  if (error) fs::remove(temporary, error);  // a file system without links: the run is there all the same
}

std::string RunFolder::shown_path() const {
  std::error_code error;
  const fs::path relative = path_.lexically_relative(fs::current_path(error));
  if (error || relative.empty() || *relative.begin() == "..") return path_.string();
  return relative.string();
}

std::string RunFolder::attach_command() const {
  const std::string name = path_.filename().string();
  // Where the command looks, the end of the name will do: it is the execution id.
  return "ibtest attach " + (root_.own ? name.substr(name.rfind('_') + 1) : shown_path());
}

void RunFolder::write_event(std::string_view line) {
  if (!used_) {
    used_ = true;
    point_latest();
  }
  events_->write_line(line);
}

std::string RunFolder::events_error() const {
  if (events_->error() == 0) return {};
  return system_error_text("writing " + (path_ / "events.jsonl").string(), events_->error());
}

fs::path RunFolder::adopt_incoming(const std::string& stage) {
  keep_files_and_folders(incoming());
  std::error_code error;
  fs::path place = stage.empty() ? path_ : path_ / stage;
  if (!stage.empty()) {
    fs::rename(incoming(), place, error);
  } else {
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(incoming(), error), end; !error && it != end; it.increment(error))
      entries.push_back(it->path());
    for (const fs::path& entry : entries) {
      if (!error) fs::rename(entry, path_ / entry.filename(), error);
    }
    std::error_code ignored;
    fs::remove_all(incoming(), ignored);
  }
  if (error) throw folder_fault(root_, place, error.value());
  used_ = true;
  return place;
}

}  // namespace ibtest
