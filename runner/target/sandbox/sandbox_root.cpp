#include "runner/target/sandbox/sandbox_root.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runner/subprocess/find_program.hpp"
#include "runner/subprocess/line_splitter.hpp"
#include "runner/subprocess/process_loop.hpp"
#include "runner/target/agent_refusal.hpp"
#include "runner/target/container/build_lock.hpp"
#include "runner/target/sandbox/sandbox_folder.hpp"
#include "runner/target/sha256.hpp"

namespace ibtest {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr auto unpack_limit = 30min;

fs::path cache_folder() {
  if (::geteuid() == 0) return "/var/cache/ibtest/roots";
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return fs::path(cache) / "ibtest/roots";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home != '\0' ? home : "/tmp") / ".cache/ibtest/roots";
}

bool has_any(const fs::path& folder, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(), [&](const char* name) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(folder / name, ignored));
  });
}

void check_root(const fs::path& folder, const fs::path& named) {
  if (has_any(folder, {"bin", "sbin", "usr", "etc"})) return;
  std::string remedy =
      "A root file system has /usr, /etc, /bin and so on; `docker export CONTAINER` and debootstrap make one.";
  if (has_any(folder, {"manifest.json", "index.json", "oci-layout"})) {
    remedy = "It is an image as `docker save` writes it; make a container of it and use `docker export CONTAINER`.";
  } else {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      if (entry->is_directory(error) && has_any(entry->path(), {"bin", "sbin", "usr", "etc"})) {
        remedy = fmt::format("Its folder {} looks like one.", entry->path().filename().string());
      }
    }
  }
  throw Fault(ExitStatus::not_runnable, named.string() + " holds no root file system", remedy);
}

/// What is unpacked, and not complete yet.
class Unpacking {
 public:
  Unpacking(const TargetContext& context, const fs::path& parent) : context_(context) {
    std::string name = parent / ".unpacking.XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
      throw Fault(ExitStatus::target_failed, system_error_text("making a folder in " + parent.string(), errno));
    }
    path_ = name;
    ::chmod(path_.c_str(), 0755);  // it becomes the root
  }
  Unpacking(const Unpacking&) = delete;
  Unpacking& operator=(const Unpacking&) = delete;
  ~Unpacking() {
    if (!path_.empty()) remove_as_subordinate_root(*context_.loop, context_.agent_executable, path_);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }
  void complete(const fs::path& name) {
    fs::rename(path_, name);
    path_.clear();
  }

 private:
  const TargetContext& context_;
  fs::path path_;
};

std::string identity_of(const fs::path& archive) {
  struct stat status {};
  if (::stat(archive.c_str(), &status) != 0) {
    throw Fault(ExitStatus::not_runnable, system_error_text("reading " + archive.string(), errno));
  }
  return sha256_of(fmt::format("{}\n{}\n{}\n{}.{:09}", archive.string(), status.st_ino, status.st_size,
                               status.st_mtim.tv_sec, status.st_mtim.tv_nsec));
}

void unpack(const fs::path& archive, const fs::path& folder, const TargetContext& context, ProgressSink& progress) {
  if (!find_program("tar")) {
    throw Fault(ExitStatus::target_failed, "unpacking " + archive.string() + ": there is no program tar",
                "Install tar, or unpack it yourself and use sandbox:FOLDER.");
  }
  std::string output;
  const ProcessLoop::RunOptions options{.on_line =
                                            [&](std::string_view line) {
                                              progress.detail(line);
                                              append_tail(output, std::string(line) + "\n", 8U << 10U);
                                            },
                                        .timeout = unpack_limit};
  // tar itself refuses names with `..`, and makes links that lead out only when all files are written. A sandbox has
  // devices of its own.
  const auto unpacked =
      context.loop->run({context.agent_executable.string(), "as-root", "tar", "--extract", "--file", archive.string(),
                         "--directory", folder.string(), "--numeric-owner", "--same-owner", "--preserve-permissions",
                         "--anchored", "--exclude=./dev/*", "--exclude=dev/*"},
                        options);
  if (unpacked.exit_code == 0) return;
  if (unpacked.exit_code == static_cast<int>(ExitStatus::target_failed)) {  // tar ends with 1 or 2
    throw agent_refusal("unpacking " + archive.string(), output, unpacked.exit_code);
  }
  const std::string reason = unpacked.timed_out ? "it takes too long" : last_lines(output, 3);
  const bool no_program = reason.find("Cannot exec") != std::string::npos;
  throw Fault(
      no_program ? ExitStatus::target_failed : ExitStatus::not_runnable,
      "unpacking " + archive.string() + ": " + reason,
      no_program ? "Install the program that it was compressed with." : "It must be a tar archive, compressed or not.");
}

}  // namespace

fs::path provide_sandbox_root(const fs::path& path, const TargetContext& context, ProgressSink& progress) {
  std::error_code error;
  fs::path source = fs::canonical(path, error);
  if (error) throw Fault(ExitStatus::not_runnable, "reading " + path.string() + ": " + error.message());
  if (fs::is_directory(source, error)) {
    check_root(source, path);
    return source;
  }
  const fs::path cache = cache_folder();
  fs::create_directories(cache, error);
  if (!error) fs::permissions(cache, fs::perms::owner_all, error);
  if (error) throw Fault(ExitStatus::target_failed, "making the folder " + cache.string() + ": " + error.message());
  const std::string identity = identity_of(source).substr(0, 32);
  fs::path root = cache / identity;
  if (fs::is_directory(root, error)) return root;
  const BuildLock lock(*context.loop, "root-" + identity, progress);
  if (fs::is_directory(root, error)) return root;
  progress.activity("unpacking " + source.filename().string() + " (once)");
  Unpacking unpacking(context, cache);
  unpack(source, unpacking.path(), context, progress);
  check_root(unpacking.path(), path);
  unpacking.complete(root);
  progress.finished("unpacked " + source.filename().string());
  return root;
}

std::vector<std::string> remove_unpacked_roots(ProcessLoop& loop, const fs::path& agent) {
  std::vector<std::string> removed;
  std::error_code error;
  for (fs::directory_iterator entry(cache_folder(), error), end; !error && entry != end; entry.increment(error)) {
    if (remove_as_subordinate_root(loop, agent, entry->path())) removed.push_back("folder " + entry->path().string());
  }
  return removed;
}

}  // namespace ibtest
