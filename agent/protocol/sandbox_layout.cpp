#include "agent/protocol/sandbox_layout.hpp"

#include <cstdint>

namespace ibtest {

std::string layer_name(const std::filesystem::path& place) {
  // File systems allow names of 255 bytes.
  constexpr std::size_t longest = 200;
  std::string name;
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char letter : place.string()) {
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211U;
    if (letter == '/') {
      name += "%2F";
    } else if (letter == '%') {
      name += "%25";
    } else {
      name += letter;
    }
  }
  if (name.size() > longest) name = name.substr(0, longest) + "%" + std::to_string(hash);
  return name;
}

}  // namespace ibtest
