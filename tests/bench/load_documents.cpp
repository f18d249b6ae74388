// Parses and checks the documents named on the command line, as `ibtest run` does before anything starts.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "actions/checks/check_document.hpp"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto result = ibtest::load_document(std::make_shared<ibtest::SourceText>(argv[i], std::move(text)));
    if (!result.document || ibtest::has_errors(result.diagnostics)) {
      std::fprintf(stderr, "%s is not valid\n", argv[i]);
      return 1;
    }
  }
  return 0;
}
