#include "runner/cli/saved_run.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/protocol/fault.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_state = 256U << 20U;

fs::path file_in(const fs::path& run_folder, SavedFor purpose) {
  return run_folder / (purpose == SavedFor::reboot ? "resume.json" : "attach.json");
}

bool is_saved(const fs::path& run_folder, SavedFor purpose) {
  std::error_code ignored;
  return fs::is_regular_file(file_in(run_folder, purpose), ignored);
}

Fault unusable(const fs::path& file) {
  return {ExitStatus::not_runnable, file.string() + " is no saved state of this version of ibtest",
          "run the documents again"};
}

void write_new_file(const fs::path& file, SavedFor purpose, const SavedRun& saved) {
  const nlohmann::json json = {{"workingDirectory", saved.working_directory.string()},
                               {"arguments", saved.arguments},
                               {"start", encode(Command{StartRun{saved.job}})},
                               {"target", saved.target},
                               {"session", saved.session},
                               {"boot", saved.boot},
                               {"rebootEvent", saved.reboot_event}};
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const FileDescriptor opened(::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
  int error = opened.is_open() ? write_to_end(opened.get(), text) : errno;
  if (error == 0 && purpose == SavedFor::reboot && ::fsync(opened.get()) != 0) error = errno;  // about to go down
  if (error != 0) throw Fault(ExitStatus::not_runnable, system_error_text("saving " + file.string(), error));
}

}  // namespace

void save_run(const fs::path& run_folder, SavedFor purpose, const SavedRun& saved) {
  write_new_file(file_in(run_folder, purpose), purpose, saved);
}

void save_run_again(const fs::path& run_folder, SavedFor purpose, const SavedRun& saved) {
  const fs::path file = file_in(run_folder, purpose);
  const fs::path next = file.string() + ".new";
  std::error_code error;
  fs::remove(next, error);  // of one who was killed meanwhile
  write_new_file(next, purpose, saved);
  fs::rename(next, file, error);
  if (error) throw Fault(ExitStatus::not_runnable, "saving " + file.string() + ": " + error.message());
}

fs::path find_saved_run(const std::string& run, const fs::path& root, SavedFor purpose) {
  if (is_saved(run, purpose)) return run;
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator entry(root, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (!is_saved(entry->path(), purpose)) continue;
    const std::string name = entry->path().filename().string();
    if (name == run || name.ends_with("_" + run)) return entry->path();
    if (!entry->is_symlink(failed)) names.push_back(name);
  }
  std::ranges::sort(names);
  const std::string_view kind =
      purpose == SavedFor::reboot ? "that waits for a reboot" : "whose agent goes on without ibtest";
  throw Fault(
      ExitStatus::not_runnable, fmt::format("there is no run `{}` {}", run, kind),
      names.empty() ? "none in " + root.string() + " does" : fmt::format("these do: {}", fmt::join(names, ", ")));
}

SavedRun read_saved_run(const fs::path& run_folder, SavedFor purpose) {
  const fs::path file = file_in(run_folder, purpose);
  const auto json = nlohmann::json::parse(read_text_file(file.string(), longest_state), nullptr, false);
  try {
    const Command command = decode_command(json.at("start").get<std::string>());
    return {json.at("workingDirectory").get<std::string>(),
            json.at("arguments").get<std::vector<std::string>>(),
            std::get<StartRun>(command).job,
            json.at("target").get<std::string>(),
            json.at("session").get<std::string>(),
            json.at("boot").get<std::string>(),
            json.at("rebootEvent").get<std::string>()};
  } catch (const Fault&) {
    throw unusable(file);
  } catch (const std::exception&) {
    throw unusable(file);
  }
}

void forget_saved_run(const fs::path& run_folder, SavedFor purpose) {
  const fs::path file = file_in(run_folder, purpose);
  std::error_code failed;
  if (!fs::remove(file, failed) && failed)
    throw Fault(ExitStatus::not_runnable, "removing " + file.string() + ": " + failed.message());
}

FileDescriptor lock_run(const fs::path& run_folder) {
  FileDescriptor folder(::open(run_folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open())
    throw Fault(ExitStatus::not_runnable, system_error_text("opening " + run_folder.string(), errno));
  if (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Fault(ExitStatus::not_runnable, "the run in " + run_folder.string() + " is followed by an ibtest that lives",
                "Go to where that one runs, or end it first.");
  }
  return folder;
}

}  // namespace ibtest
