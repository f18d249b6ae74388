#include "runner/target/container/engine_error.hpp"

#include <gtest/gtest.h>

namespace ibtest {
namespace {

struct Said {
  const char* text;
  EngineError error;
  const char* essence;
};

// As the programs say it: docker 20.10 to 28, podman 4.3.
TEST(EngineError, IsToldFromTheWordsOfThePrograms) {
  const Said all[] = {
      {"docker: Cannot connect to the Docker daemon at unix:///nonexistent.sock. Is the docker daemon running?\n\n"
       "Run 'docker run --help' for more information\n",
       EngineError::engine_unreachable,
       "Cannot connect to the Docker daemon at unix:///nonexistent.sock. Is the docker daemon running?"},
      {"permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "
       "\"http://%2Fvar/version\": dial unix /var/run/docker.sock: connect: permission denied\n",
       EngineError::socket_forbidden, nullptr},
      {"error during connect: Get \"http://docker.example.com/v1.50/version\": command [ssh ...] has exited with exit "
       "status 255: stderr=ssh: connect to host 127.0.0.1 port 22: Connection refused\n",
       EngineError::engine_unreachable, nullptr},
      {"Unable to find image 'nosuch:image' locally\ndocker: Error response from daemon: Get "
       "\"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host\n",
       EngineError::registry_unreachable,
       "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host"},
      {"Error response from daemon: manifest for debian:99 not found: manifest unknown: manifest unknown\n",
       EngineError::image_unknown, "manifest for debian:99 not found: manifest unknown: manifest unknown"},
      {"Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker "
       "login': denied: requested access to the resource is denied\n",
       EngineError::image_unknown, nullptr},
      {"Error response from daemon: toomanyrequests: You have reached your pull rate limit.\n",
       EngineError::registry_limit, nullptr},
      {"Error response from daemon: No such image: debian12:latest\n", EngineError::image_missing,
       "No such image: debian12:latest"},
      {"Error: No such object: x\n", EngineError::image_missing, nullptr},
      {"Error: nosuch:12: image not known\n", EngineError::image_missing, "nosuch:12: image not known"},
      {"docker: Error response from daemon: failed to create shim task: OCI runtime create failed: runc create failed: "
       "unable to start container process: exec: \"/.ibtest/ibtest-agent\": stat /.ibtest/ibtest-agent: no such file "
       "or "
       "directory: unknown\n",
       EngineError::agent_missing, nullptr},
      {"docker: no matching manifest for linux/arm64 in the manifest list entries\n", EngineError::platform_missing,
       nullptr},
      {"exec /.ibtest/ibtest-agent: exec format error\n", EngineError::wrong_architecture, nullptr},
      {"docker: invalid reference format: repository name (library/BAD) must be lowercase\n",
       EngineError::bad_reference, nullptr},
      {"Error response from daemon: No such container: x\n", EngineError::no_such_container, nullptr},
      {"write /var/lib/docker/x: no space left on device\n", EngineError::disk_full, nullptr},
      {"time=\"2026\" level=warning msg=\"odd\"\nError: something else\n", EngineError::other, "something else"},
      {"", EngineError::other, ""},
  };
  for (const auto& said : all) {
    EXPECT_EQ(classify_engine_error(said.text), said.error) << said.text;
    if (said.essence != nullptr) {
      EXPECT_EQ(essence_of(said.text), said.essence);
    }
  }
}

}  // namespace
}  // namespace ibtest
