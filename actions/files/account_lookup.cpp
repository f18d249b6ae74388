#include "actions/files/account_lookup.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <vector>

#include "actions/files/getent.hpp"

namespace ibtest {

namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (auto end = line.find(':'); end != std::string::npos; end = line.find(':', begin)) {
    fields.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  fields.push_back(line.substr(begin));
  return fields;
}

std::optional<std::uint32_t> id_of(const std::string& text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  // The highest number means "no change" to chown().
  const bool usable = error == std::errc() && end == text.data() + text.size() && !text.empty() &&
                      id != std::numeric_limits<std::uint32_t>::max();
  return usable ? std::optional(id) : std::nullopt;
}

/// The fields of the line whose first field is `name`, from the file or else from getent; empty for none.
std::vector<std::string> entry(const std::filesystem::path& file, const char* database, const std::string& name) {
  // Lines that start with + or - are for NIS and no accounts.
  if (name.empty() || name.find_first_of(":\n+") != std::string::npos || name.starts_with('-')) return {};
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + ":")) return fields_of(line);
  }
  const auto line = ask_getent(database, name);
  // getent also finds IDs; those are looked at by number.
  return line.starts_with(name + ":") ? fields_of(line) : std::vector<std::string>();
}

}  // namespace

std::optional<AccountLookup::User> AccountLookup::user(const std::string& name) const {
  if (const auto fields = entry(passwd_file_, "passwd", name); fields.size() >= 4) {
    const auto field = [&fields](std::size_t index) { return index < fields.size() ? fields[index] : std::string(); };
    if (const auto id = id_of(fields[2])) return User{*id, id_of(fields[3]), name, field(5), field(6)};
  }
  if (const auto id = id_of(name)) return User{.id = *id};
  return std::nullopt;
}

std::optional<gid_t> AccountLookup::group(const std::string& name) const {
  if (const auto fields = entry(group_file_, "group", name); fields.size() >= 3) {
    if (const auto id = id_of(fields[2])) return id;
  }
  return id_of(name);
}

std::vector<gid_t> AccountLookup::groups_of(const User& user) const {
  std::vector<gid_t> groups;
  if (user.primary_group) groups.push_back(*user.primary_group);
  std::ifstream lines(group_file_);
  for (std::string line; std::getline(lines, line);) {
    const auto fields = fields_of(line);
    if (fields.size() < 4 || user.name.empty()) continue;
    const std::string members = "," + fields[3] + ",";
    const auto id = id_of(fields[2]);
    if (id && members.find("," + user.name + ",") != std::string::npos) groups.push_back(*id);
  }
  return groups;
}

}  // namespace ibtest
