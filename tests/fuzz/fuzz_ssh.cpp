#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string_view>
#include <unistd.h>

#include "agent/protocol/fault.hpp"
#include "runner/ssh/known_hosts.hpp"
#include "runner/ssh/ssh_settings.hpp"
#include "runner/target/tar_reader.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

void read_known_hosts(std::string_view text) {
  using namespace ibtest;
  KnownHosts hosts;
  hosts.add(text, "file");
  for (const std::uint16_t port : {22, 2222}) {
    for (const std::string_view key : {text, text.substr(text.size() / 2)}) {
      const auto answer = hosts.check("host.example.com", port, key);
      require(answer.verdict == HostKeyVerdict::unknown || !answer.place.empty(), "what is decided has a place");
    }
    for (const auto& type : hosts.key_types("host.example.com", port))
      require(!type.empty(), "a key that is known has a type");
  }
}

void read_archive(std::string_view bytes, const std::filesystem::path& folder) {
  try {
    ibtest::TarReader reader(folder / "inside");
    reader.append(bytes);
  } catch (const ibtest::Fault&) {
  }
  require(std::distance(std::filesystem::directory_iterator(folder), {}) == 1, "nothing is made outside the folder");
  std::filesystem::remove_all(folder / "inside");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path folder = [] {
    char name[] = "/tmp/ibtest-fuzz-ssh-XXXXXX";
    return std::filesystem::path(::mkdtemp(name));
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_known_hosts(text);
  read_archive(text, folder);
  try {
    static_cast<void>(ibtest::read_ssh_settings(text, {.host = "host"}, {}, {}));
    static_cast<void>(ibtest::parse_ssh_address(text));
  } catch (const ibtest::Fault&) {
  }
  return 0;
}
