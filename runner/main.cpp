#include <cstdio>

int main() {
  std::printf("ibtest %s\n", IBTEST_VERSION);
  return 0;
}
