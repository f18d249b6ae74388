#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <curl/curl.h>

#include "agent/http/digest.hpp"
#include "agent/program/attach.hpp"
#include "agent/program/init.hpp"
#include "agent/program/install.hpp"
#include "agent/program/serve.hpp"
#include "agent/program/sudo.hpp"
#include "agent/protocol/fault.hpp"
#include "agent/protocol/kept_memory.hpp"
#include "agent/sandbox/sandbox.hpp"

namespace {

using ibtest::ExitStatus;

constexpr const char* usage =
    "Usage:\n"
    "  ibtest-agent serve [--state-directory DIR] [--boot-marker FILE] [--exchange-socket FILE] [--block-metadata]\n"
    "      Execute the job that a runner sends on standard input; report on standard output.\n"
    "      --state-directory DIR  where events are kept (default /var/lib/ibtest)\n"
    "      --boot-marker FILE     wait until FILE exists\n"
    "      --exchange-socket FILE a socket of the runner that is quicker for exchanges, if it can be reached\n"
    "      --block-metadata       keep steps from the instance metadata service (in a network of its own only)\n"
    "  ibtest-agent attach [--start] [--owner NAME] FOLDER\n"
    "      Talk to the agent whose session is in FOLDER, over standard input and output; it outlives this program.\n"
    "      --start                start one if there is none, after any other on this machine has executed its job\n"
    "      --owner NAME           whose run it is, for those who have to wait\n"
    "  ibtest-agent init COMMAND [ARGS...]\n"
    "      As process 1 of a container: start COMMAND, reap, stay until SIGTERM.\n"
    "  ibtest-agent install DIR\n"
    "      Copy this program to DIR/ibtest-agent.\n"
    "  ibtest-agent --sha256\n"
    "      Print the SHA-256 of this program, for a machine that has no sha256sum.\n"
    "  ibtest-agent sandbox --folder DIR [--snapshot DIR]... [--root DIR] [--no-network]\n"
    "      Make a machine of namespaces and serve in it. It keeps what it changes in --folder.\n"
    "  ibtest-agent as-root COMMAND [ARGS...]\n"
    "      Run a command as root, or as what is root in the sandboxes of an ordinary user.\n"
    "  ibtest-agent --version | --help\n";

int as_status(ExitStatus status) {
  return static_cast<int>(status);
}

int refuse(const std::string& reason) {
  std::fprintf(stderr, "ibtest-agent: %s\n%s", reason.c_str(), usage);
  return as_status(ExitStatus::not_runnable);
}

int serve_verb(const std::vector<std::string>& arguments) {
  ibtest::ServeOptions options;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    const std::string& name = *argument;
    if (name == "--block-metadata") {
      options.block_metadata = true;
      continue;
    }
    if (name != "--state-directory" && name != "--boot-marker" && name != "--exchange-socket")
      return refuse("serve: unknown option " + name);
    if (++argument == arguments.end()) return refuse("serve: " + name + " needs a value");
    if (name == "--boot-marker") {
      options.boot_marker = *argument;
    } else if (name == "--exchange-socket") {
      options.exchange_socket = *argument;
    } else {
      options.state_directory = *argument;
    }
  }
  return ibtest::serve(options);
}

int attach_verb(const std::vector<std::string>& arguments) {
  ibtest::SessionRequest request;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (*argument == "--start") {
      request.start = true;
    } else if (*argument == "--owner" && argument + 1 != arguments.end()) {
      request.owner = *++argument;
    } else if (argument->starts_with("-") || !request.folder.empty()) {
      return refuse("attach: unexpected argument " + *argument);
    } else {
      request.folder = *argument;
    }
  }
  if (request.folder.empty()) return refuse("attach: the folder is missing");
  return ibtest::attach(request);
}

int sandbox_verb(const std::vector<std::string>& arguments) {
  ibtest::SandboxOptions options;
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    const std::string& name = *argument;
    if (name == "--no-network") {
      options.network = false;
      continue;
    }
    if (name != "--folder" && name != "--snapshot" && name != "--root")
      return refuse("sandbox: unknown option " + name);
    if (++argument == arguments.end()) return refuse("sandbox: " + name + " needs a value");
    if (name == "--snapshot") {
      options.snapshots.emplace_back(*argument);
    } else {
      (name == "--folder" ? options.folder : options.root) = *argument;
    }
  }
  if (options.folder.empty()) return refuse("sandbox: --folder is missing");
  return ibtest::run_sandbox(options);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return refuse("what to do is missing");
  const std::string& verb = arguments.front();
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (verb == "attach") return attach_verb(rest);
  if (verb == "serve") return serve_verb(rest);
  if (verb == "init") return rest.empty() ? refuse("init: the command is missing") : ibtest::run_init(rest);
  if (verb == "install") {
    if (rest.size() != 1) return refuse("install: exactly one folder is needed");
    ibtest::install(rest.front());
    return as_status(ExitStatus::success);
  }
  if (verb == "sandbox") return sandbox_verb(rest);
  if (verb == "as-root") {
    if (rest.empty()) return refuse("as-root: the command is missing");
    ibtest::run_as_subordinate_root(rest);
  }
  if (verb == "--version") {
    std::printf("ibtest-agent %s (%s)\n", IBTEST_VERSION, curl_version());
    return as_status(ExitStatus::success);
  }
  if (verb == "--sha256") {
    const auto digest = ibtest::digest_of_file("/proc/self/exe", ibtest::DigestAlgorithm::sha256, [] { return false; });
    std::printf("%s\n", digest.digest.c_str());
    return as_status(ExitStatus::success);
  }
  if (verb == "--help") {
    std::fputs(usage, stdout);
    return as_status(ExitStatus::success);
  }
  return refuse("unknown verb " + verb);
}

}  // namespace

int main(int argc, char** argv) {
  ibtest::keep_freed_memory();
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::string_view name = argv[0];
    if (name == "sudo" || name.ends_with("/sudo")) return ibtest::run_as_sudo(arguments);
    return run(arguments);
  } catch (const ibtest::Fault& fault) {
    std::fprintf(stderr, "ibtest-agent: %s\n", fault.what());
    if (!fault.remedy().empty()) std::fprintf(stderr, "%s%s\n", ibtest::remedy_prefix.data(), fault.remedy().c_str());
    return as_status(fault.status());
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "ibtest-agent: %s\n", exception.what());
    return as_status(ExitStatus::target_failed);
  }
}
