#include "runner/cli/suspended_run.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_state = 256U << 20U;

fs::path file_in(const fs::path& run_folder) {
  return run_folder / "resume.json";
}

bool is_suspended(const fs::path& run_folder) {
  std::error_code ignored;
  return fs::is_regular_file(file_in(run_folder), ignored);
}

Fault unusable(const fs::path& run_folder) {
  return {ExitStatus::not_runnable, file_in(run_folder).string() + " is no saved state of this version of ibtest",
          "run the documents again"};
}

}  // namespace

void save_suspended_run(const fs::path& run_folder, const SuspendedRun& suspended) {
  const nlohmann::json json = {{"workingDirectory", suspended.working_directory.string()},
                               {"arguments", suspended.arguments},
                               {"start", encode(Command{StartRun{suspended.job}})}};
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const fs::path file = file_in(run_folder);
  const FileDescriptor opened(::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  int error = opened.is_open() ? write_to_end(opened.get(), text) : errno;
  if (error == 0 && ::fsync(opened.get()) != 0) error = errno;  // the machine is about to go down
  if (error != 0) throw Fault(ExitStatus::not_runnable, system_error_text("saving " + file.string(), error));
}

fs::path find_suspended_run(const std::string& run, const fs::path& root) {
  if (is_suspended(run)) return run;
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(root, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (!is_suspended(entry->path())) continue;
    const std::string name = entry->path().filename().string();
    if (name == run || name.ends_with("_" + run)) return entry->path();
    names.push_back(name);
  }
  std::ranges::sort(names);
  throw Fault(
      ExitStatus::not_runnable, fmt::format("there is no run `{}` that waits for a reboot", run),
      names.empty() ? "none in " + root.string() + " does" : fmt::format("these do: {}", fmt::join(names, ", ")));
}

SuspendedRun read_suspended_run(const fs::path& run_folder) {
  const auto json = nlohmann::json::parse(read_text_file(file_in(run_folder).string(), longest_state), nullptr, false);
  try {
    const Command command = decode_command(json.at("start").get<std::string>());
    return {json.at("workingDirectory").get<std::string>(), json.at("arguments").get<std::vector<std::string>>(),
            std::get<StartRun>(command).job};
  } catch (const Fault&) {
    throw unusable(run_folder);
  } catch (const std::exception&) {
    throw unusable(run_folder);
  }
}

void forget_suspended_run(const fs::path& run_folder) {
  std::error_code failed;
  if (!fs::remove(file_in(run_folder), failed) && failed) {
    throw Fault(ExitStatus::not_runnable, "removing " + file_in(run_folder).string() + ": " + failed.message());
  }
}

}  // namespace ibtest
