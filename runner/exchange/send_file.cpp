#include "runner/exchange/send_file.hpp"

#include <array>
#include <cerrno>
#include <fstream>

#include "agent/protocol/fault.hpp"

namespace ibtest {

std::uint64_t send_file(const std::filesystem::path& path, ExchangeStream& stream) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 64U << 10U> piece{};
  std::error_code unknown;
  if (const auto announced = std::filesystem::file_size(path, unknown); !unknown) stream.announce(announced);
  std::uint64_t size = 0;
  while (file.read(piece.data(), piece.size()) || file.gcount() > 0) {
    stream.send({piece.data(), static_cast<std::size_t>(file.gcount())});
    size += static_cast<std::uint64_t>(file.gcount());
  }
  if (!file.eof()) throw ExchangeFailure(system_error_text("reading " + path.string(), errno));
  return size;
}

}  // namespace ibtest
