#include "runner/ssh/private_key_file.hpp"

#include <cerrno>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/ssh/base64.hpp"
#include "runner/ssh/known_hosts.hpp"

namespace ibtest {

namespace {

constexpr std::size_t longest_file = 256U << 10U;

std::string read_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text(longest_file, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad())
    throw Fault(ExitStatus::target_failed, system_error_text("reading the key " + file.string(), errno));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

/// The fields of OpenSSH's format, each with its length before it.
std::optional<std::string_view> take_field(std::string_view& bytes) {
  constexpr std::size_t prefix = 4;
  if (bytes.size() < prefix) return std::nullopt;
  std::size_t size = 0;
  for (const char byte : bytes.substr(0, prefix))
    size = size << 8U | static_cast<unsigned char>(byte);
  if (size > bytes.size() - prefix) return std::nullopt;
  const auto field = bytes.substr(prefix, size);
  bytes.remove_prefix(prefix + size);
  return field;
}

/// What lies between the lines BEGIN and END, without its line breaks.
std::string body_of(std::string_view text) {
  std::string body;
  const auto begin = text.find('\n', text.find("-----BEGIN"));
  if (begin == std::string_view::npos) return body;
  for (const char letter : text.substr(begin, text.find("-----END") - begin)) {
    if (letter != '\n' && letter != '\r' && letter != ' ') body += letter;
  }
  return body;
}

/// False when the text is not in OpenSSH's format.
bool read_openssh_format(PrivateKeyFile& key) {
  constexpr std::string_view magic("openssh-key-v1\0", 15);
  const auto bytes = decode_base64(body_of(key.text));
  if (!bytes || !bytes->starts_with(magic)) return false;
  std::string_view rest = std::string_view(*bytes).substr(magic.size());
  const auto cipher = take_field(rest);
  const auto derivation = take_field(rest);
  const auto options = take_field(rest);
  constexpr std::size_t count_size = 4;
  if (!cipher || !derivation || !options || rest.size() < count_size) return false;
  rest.remove_prefix(count_size);
  const auto blob = take_field(rest);
  if (!blob) return false;
  key.encrypted = *cipher != "none";
  key.public_key = *blob;
  return true;
}

/// Of a line as in a ".pub" file ("ssh-ed25519 AAAA... comment"); empty when it is none.
std::string public_key_of(std::string_view line) {
  const auto begin = line.find(' ');
  if (begin == std::string_view::npos) return {};
  auto rest = line.substr(begin + 1);
  rest = rest.substr(0, rest.find_first_of(" \t\r\n"));
  const auto key = decode_base64(rest);
  return key && key_type(*key) == line.substr(0, begin) ? *key : std::string();
}

}  // namespace

PrivateKeyFile read_private_key(const std::filesystem::path& file) {
  PrivateKeyFile key;
  key.text = read_file(file);
  if (key.text.find("-----BEGIN") == std::string::npos || key.text.find("PRIVATE KEY-----") == std::string::npos) {
    const bool is_public = !public_key_of(key.text).empty();
    throw Fault(ExitStatus::target_failed,
                fmt::format("{} is {}", file.string(),
                            is_public ? "a public key; the private one is needed" : "no private key"));
  }
  if (key.text.find("BEGIN OPENSSH PRIVATE KEY") != std::string::npos) {
    if (!read_openssh_format(key)) throw Fault(ExitStatus::target_failed, file.string() + " is damaged");
    return key;
  }
  key.encrypted = key.text.find("Proc-Type: 4,ENCRYPTED") != std::string::npos ||
                  key.text.find("BEGIN ENCRYPTED PRIVATE KEY") != std::string::npos;
  std::ifstream beside(file.string() + ".pub");
  std::string line;
  if (std::getline(beside, line)) key.public_key = public_key_of(line);
  return key;
}

std::string read_public_key(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return {};
  try {
    std::string key = public_key_of(read_file(file));
    return key.empty() ? read_private_key(file).public_key : key;
  } catch (const Fault&) {
    return {};
  }
}

}  // namespace ibtest
