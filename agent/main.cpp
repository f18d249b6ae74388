#include <curl/curl.h>

#include <cstdio>

int main() {
  std::printf("ibtest-agent %s (%s)\n", IBTEST_VERSION, curl_version());
  return 0;
}
