#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace ibtest {

/// The whole text of a small file of the system; empty when it cannot be read.
inline std::string text_of_file(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace ibtest
