#include "runner/target/container/debian_base.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "runner/subprocess/find_program.hpp"
#include "runner/subprocess/line_splitter.hpp"
#include "runner/subprocess/temporary_folder.hpp"
#include "runner/target/container/container_image.hpp"
#include "runner/target/machine_plan.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view release = "bookworm";
constexpr std::string_view base_image = "ibtest/debian-12-base:bookworm";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Only Debian's own configuration can name Debian's mirrors.
DebianMirror host_mirror() {
  if (read_file("/etc/os-release").find("\nID=debian\n") == std::string::npos) return {};
  DebianMirror mirror = mirror_from_sources(read_file("/etc/apt/sources.list"));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/etc/apt/sources.list.d", error)) {
    mirror = mirror_from_sources(read_file(entry.path()), mirror);
  }
  return mirror;
}

void take(DebianMirror& mirror, std::string uri) {
  while (uri.ends_with('/'))
    uri.pop_back();
  if (!uri.starts_with("http://") && !uri.starts_with("https://")) return;
  if (uri.ends_with("/debian-security")) mirror.security = uri;
  if (uri.ends_with("/debian")) mirror.archive = uri;
}

Fault cannot_build(const std::string& why) {
  return {
      ExitStatus::target_failed,
      "the registry of debian-12's base image cannot be reached, and building it from Debian's packages failed: " + why,
      "Let the engine reach docker.io, or install debootstrap and run ibtest as root once."};
}

}  // namespace

DebianMirror mirror_from_sources(std::string_view sources, DebianMirror otherwise) {
  DebianMirror mirror = std::move(otherwise);
  std::istringstream lines{std::string(sources)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "URIs:") {
      while (words >> word)
        take(mirror, word);
    } else if (word == "deb") {
      // Options may stand in brackets before the address.
      words >> word;
      if (word.starts_with('[')) {
        while (!word.ends_with(']') && words >> word) {
        }
        words >> word;
      }
      take(mirror, word);
    }
  }
  return mirror;
}

std::string provide_debian_base(const ContainerEngine& engine, ProgressSink& progress) {
  std::string reference = local_reference(engine, std::string(base_image));
  if (image_exists(engine, reference)) return reference;
  const auto program = find_program("debootstrap");
  const auto in_sbin = find_program("/usr/sbin/debootstrap");
  if (!program && !in_sbin) throw cannot_build("the program debootstrap is not installed");
  if (::geteuid() != 0) throw cannot_build("debootstrap needs root");

  progress.activity("building Debian 12 from its packages (once)");
  const DebianMirror mirror = host_mirror();
  const TemporaryFolder folder("base image");
  const auto root = folder.path() / "root";
  const auto archive = folder.path() / "root.tar";
  std::string output;
  const ProcessLoop::RunOptions options{.on_line =
                                            [&](std::string_view line) {
                                              progress.detail(line);
                                              append_tail(output, std::string(line) + "\n", 8U << 10U);
                                            },
                                        .timeout = 30min};
  const auto made =
      engine.loop().run({(program ? *program : *in_sbin).string(), "--variant=minbase", "--include=ca-certificates",
                         std::string(release), root.string(), mirror.archive},
                        options);
  if (made.exit_code != 0) throw cannot_build(last_lines(output, 5));
  std::ofstream(root / "etc/apt/sources.list")
      << fmt::format("deb {0} {1} main\ndeb {0} {1}-updates main\ndeb {2} {1}-security main\n", mirror.archive, release,
                     mirror.security);
  const auto packed = engine.loop().run(
      {"tar", "--create", "--numeric-owner", "--exclude=./var/cache/apt/archives/*.deb",
       "--exclude=./var/lib/apt/lists/*_*", "--file", archive.string(), "--directory", root.string(), "."},
      options);
  if (packed.exit_code != 0) throw cannot_build(last_lines(output, 5));
  engine.must_run("importing Debian 12",
                  {"import", "--change", fmt::format("LABEL {}={}-base", recipe_name_label, debian_base_recipe),
                   archive.string(), reference},
                  {.timeout = 10min});
  progress.finished("built Debian 12 from its packages");
  return reference;
}

}  // namespace ibtest
