#include "agent/engine/process_tree.hpp"

#include <algorithm>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unistd.h>

namespace ibtest {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view next_field(std::string_view& text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

// Fields of /proc/PID/stat after the program name, which may itself hold blanks and parentheses.
std::optional<ProcessEntry> parse_stat(pid_t pid, std::string_view text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > text.size()) return std::nullopt;
  text.remove_prefix(name_end + 2);
  ProcessEntry entry;
  entry.pid = pid;
  constexpr int state_field = 3;
  constexpr int parent_field = 4;
  constexpr int session_field = 6;
  constexpr int start_field = 22;
  for (int field = state_field; field <= start_field; ++field) {
    const std::string_view value = next_field(text);
    if (value.empty()) return std::nullopt;
    if (field == state_field) entry.state = value.front();
    if (field == parent_field) entry.parent = number_of<pid_t>(value).value_or(0);
    if (field == session_field) entry.session = number_of<pid_t>(value).value_or(0);
    if (field == start_field) entry.start_ticks = number_of<std::uint64_t>(value).value_or(0);
  }
  return entry;
}

std::optional<ProcessEntry> read_entry(int proc, pid_t pid) {
  const std::string name = std::to_string(pid) + "/stat";
  const int file = ::openat(proc, name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  char buffer[1024];
  const ssize_t size = ::read(file, buffer, sizeof buffer);
  ::close(file);
  if (size <= 0) return std::nullopt;
  return parse_stat(pid, std::string_view(buffer, static_cast<std::size_t>(size)));
}

std::vector<ProcessEntry> all_processes() {
  std::vector<ProcessEntry> entries;
  const std::unique_ptr<DIR, CloseDirectory> directory(::opendir("/proc"));
  if (directory == nullptr) return entries;
  const int proc = ::dirfd(directory.get());
  while (const dirent* item = ::readdir(directory.get())) {
    const auto pid = number_of<pid_t>(static_cast<const char*>(item->d_name));
    if (!pid) continue;
    if (const auto entry = read_entry(proc, *pid)) entries.push_back(*entry);
  }
  return entries;
}

}  // namespace

std::vector<ProcessEntry> descendants_of(pid_t root) {
  std::multimap<pid_t, ProcessEntry> by_parent;
  for (const ProcessEntry& entry : all_processes())
    by_parent.emplace(entry.parent, entry);
  std::vector<ProcessEntry> found;
  std::vector<pid_t> parents = {root};
  while (!parents.empty()) {
    const pid_t parent = parents.back();
    parents.pop_back();
    const auto [first, last] = by_parent.equal_range(parent);
    for (auto child = first; child != last; ++child) {
      found.push_back(child->second);
      parents.push_back(child->second.pid);
    }
    by_parent.erase(first, last);
  }
  return found;
}

EarlierProcesses EarlierProcesses::now() {
  EarlierProcesses earlier;
  earlier.earlier_ = descendants_of(::getpid());
  return earlier;
}

std::vector<ProcessEntry> EarlierProcesses::started_since() const {
  std::vector<ProcessEntry> current = descendants_of(::getpid());
  if (earlier_.empty()) return current;
  std::set<std::pair<pid_t, std::uint64_t>> known;
  std::set<pid_t> sessions;
  for (const ProcessEntry& entry : earlier_) {
    known.emplace(entry.pid, entry.start_ticks);
    sessions.insert(entry.session);
  }
  // This process's own session proves nothing: every step leaves it by setsid.
  sessions.erase(::getsid(0));
  // descendants_of() lists parents before their children, so one pass finds whole subtrees.
  std::set<pid_t> spared;
  std::erase_if(current, [&](const ProcessEntry& entry) {
    const bool spare = known.contains({entry.pid, entry.start_ticks}) || sessions.contains(entry.session) ||
                       spared.contains(entry.parent);
    if (spare) spared.insert(entry.pid);
    return spare;
  });
  return current;
}

}  // namespace ibtest
