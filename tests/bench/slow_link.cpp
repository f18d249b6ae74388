// A slow way to a server: `slow_link ADDRESS PORT MILLISECONDS`. Prints the port of 127.0.0.1 that leads there, delays
// what comes from either side by so much, and ends with its input.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/servers/tcp_proxy.hpp"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: slow_link ADDRESS PORT MILLISECONDS\n", stderr);
    return 2;
  }
  try {
    const ibtest::test::TcpProxy proxy(argv[1], std::atoi(argv[2]), std::chrono::milliseconds(std::atoi(argv[3])));
    std::printf("%d\n", proxy.port());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return 0;
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "slow_link: %s\n", exception.what());
    return 1;
  }
}
