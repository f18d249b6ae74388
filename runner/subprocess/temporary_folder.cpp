#include "runner/subprocess/temporary_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/subprocess/run_owner.hpp"

namespace ibtest {

namespace {

constexpr std::string_view prefix = "ibtest-tmp-";

/// /var/tmp before /tmp: a distribution is unpacked here, and /tmp is memory on many machines.
std::filesystem::path parent_folder() {
  if (const char* given = std::getenv("TMPDIR"); given != nullptr && *given != '\0') return given;
  return std::filesystem::is_directory("/var/tmp") ? "/var/tmp" : "/tmp";
}

}  // namespace

TemporaryFolder::TemporaryFolder(std::string_view purpose) {
  // The owner is part of the name, so that what a killed process leaves is known as such. Without its colons: podman
  // takes a path that has one for an address.
  std::string owner = format_owner(current_owner());
  std::replace(owner.begin(), owner.end(), ':', '+');
  std::string name = (parent_folder() / fmt::format("{}{}.XXXXXX", prefix, owner)).string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Fault(ExitStatus::target_failed,
                system_error_text(
                    fmt::format("cannot make a folder for the {} in {}", purpose, parent_folder().string()), errno),
                "Make room there, or let TMPDIR name another folder.");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::filesystem::path> remove_abandoned_folders() {
  std::vector<std::filesystem::path> removed;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(parent_folder(), error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    std::string label = name.substr(prefix.size(), name.rfind('.') - prefix.size());
    std::replace(label.begin(), label.end(), '+', ':');
    const auto owner = parse_owner(label);
    if (!owner) continue;
    const auto state = state_of(*owner);
    if (state != OwnerState::gone && state != OwnerState::other_boot) continue;
    if (std::filesystem::remove_all(entry.path(), error) > 0 && !error) removed.push_back(entry.path());
  }
  return removed;
}

}  // namespace ibtest
