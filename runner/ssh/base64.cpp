#include "runner/ssh/base64.hpp"

#include <array>
#include <cstdint>

namespace ibtest {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_letter = 64;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_letter);
  for (std::size_t value = 0; value < alphabet.size(); ++value)
    table[static_cast<unsigned char>(alphabet[value])] = static_cast<std::uint8_t>(value);
  return table;
}();

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

}  // namespace

void append_base64(std::string& output, std::string_view bytes) {
  output.reserve(output.size() + (bytes.size() + 2) / 3 * 4);
  const auto letter = [&output](std::uint32_t value) { output += alphabet[value & 63U]; };
  std::size_t at = 0;
  for (; at + 3 <= bytes.size(); at += 3) {
    const std::uint32_t group = byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
    letter(group >> 18U);
    letter(group >> 12U);
    letter(group >> 6U);
    letter(group);
  }
  const std::size_t rest = bytes.size() - at;
  if (rest == 0) return;
  const std::uint32_t group = byte_at(bytes, at) << 16U | (rest == 2 ? byte_at(bytes, at + 1) << 8U : 0U);
  letter(group >> 18U);
  letter(group >> 12U);
  if (rest == 2) letter(group >> 6U);
  output.append(3 - rest, '=');
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::size_t missing = at + 4 == text.size() ? padding : 0;
    std::uint32_t group = 0;
    for (std::size_t index = 0; index < 4; ++index) {
      const std::uint8_t value = index < 4 - missing ? values[byte_at(text, at + index)] : 0;
      if (value == no_letter) return std::nullopt;
      group = group << 6U | value;
    }
    // Bits that stand for no byte must be zero.
    if (missing > 0 && (group & ((1U << (8U * missing)) - 1U)) != 0) return std::nullopt;
    bytes += static_cast<char>(group >> 16U);
    if (missing < 2) bytes += static_cast<char>(group >> 8U);
    if (missing < 1) bytes += static_cast<char>(group);
  }
  return bytes;
}

}  // namespace ibtest
