#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "agent/expression/reference.hpp"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ibtest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t end = 0;
  for (const Reference& reference : find_references(text)) {
    require(reference.begin >= end && reference.end <= size, "references are in order and inside the text");
    require(reference.end - reference.begin >= 4, "a reference has its braces");
    require(text.substr(reference.begin, reference.end - reference.begin) == reference.text, "text as written");
    require(reference.text.starts_with("{{") && reference.text.ends_with("}}"), "a reference has its braces");
    end = reference.end;
  }
  require(substitute(text, [](const Reference&) { return std::nullopt; }) == text, "unresolved text stays");
  const auto braces = [](const Reference&) { return std::optional<std::string>("{{ Again }}"); };
  const std::string once = substitute(text, braces);
  require(once.empty() == text.empty(), "values are not looked at again");
  return 0;
}
