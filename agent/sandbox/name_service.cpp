#include "agent/sandbox/name_service.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "agent/sandbox/text_of_file.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

constexpr const char* resolver_file = "/etc/resolv.conf";
constexpr const char* hosts_file = "/etc/hosts";

}  // namespace

NameService read_name_service() {
  return {text_of_file(resolver_file), text_of_file(hosts_file)};
}

void provide_name_service(const NameService& names, bool replace) {
  // What cannot be written shows when a step needs it; a file system without /etc has no need of names.
  std::error_code error;
  if (!fs::is_directory("/etc", error)) return;
  const std::string there = text_of_file(resolver_file);
  if (!names.resolver.empty() && there != names.resolver && (replace || there.empty())) {
    fs::path file = resolver_file;
    for (int links = 0; links < 10 && fs::is_symlink(file, error); ++links)
      file = (file.parent_path() / fs::read_symlink(file, error)).lexically_normal();
    fs::create_directories(file.parent_path(), error);
    std::ofstream(file) << names.resolver;
  }
  if (!fs::exists(fs::symlink_status(hosts_file, error))) std::ofstream(hosts_file) << names.hosts;
}

}  // namespace ibtest
