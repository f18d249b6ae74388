#include "runner/ssh/known_hosts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "agent/protocol/fault.hpp"
#include "runner/ssh/base64.hpp"

namespace ibtest {

namespace {

constexpr std::uint16_t usual_port = 22;
constexpr std::string_view hash_magic = "|1|";
constexpr std::size_t salt_size = 20;

std::string base64(std::string_view bytes) {
  std::string text;
  append_base64(text, bytes);
  return text;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return result;
}

/// Cuts the next word off `rest`.
std::string_view next_word(std::string_view& rest) {
  constexpr std::string_view blanks = " \t\r";
  rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
  const auto word = rest.substr(0, rest.find_first_of(blanks));
  rest.remove_prefix(word.size());
  return word;
}

/// `*` and `?`; takes time proportional to the product of the lengths at most.
bool matches_pattern(std::string_view name, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t after_star = 0;
  while (at < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      after_star = at;
    } else if (in_pattern < pattern.size() && (pattern[in_pattern] == '?' || pattern[in_pattern] == name[at])) {
      ++at;
      ++in_pattern;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

std::string hmac_sha1(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

/// "|1|salt|hash"
bool matches_hashed(std::string_view name, std::string_view hashed) {
  hashed.remove_prefix(hash_magic.size());
  const auto bar = hashed.find('|');
  if (bar == std::string_view::npos) return false;
  const auto salt = decode_base64(hashed.substr(0, bar));
  const auto hash = decode_base64(hashed.substr(bar + 1));
  return salt && hash && !hash->empty() && hmac_sha1(*salt, name) == *hash;
}

bool matches_names(std::string_view name, std::string_view names) {
  if (names.starts_with(hash_magic)) return matches_hashed(name, names);
  bool found = false;
  while (!names.empty()) {
    auto pattern = names.substr(0, names.find(','));
    names.remove_prefix(std::min(pattern.size() + 1, names.size()));
    const bool negated = pattern.starts_with('!');
    if (negated) pattern.remove_prefix(1);
    if (pattern.empty() || !matches_pattern(name, lower_case(pattern))) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

}  // namespace

void KnownHosts::add(std::string_view text, const std::filesystem::path& file) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    auto rest = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(rest.size() + 1, text.size()));
    Line line;
    auto word = next_word(rest);
    if (word.empty() || word.starts_with('#')) continue;
    if (word.starts_with('@')) {
      if (word == "@cert-authority") {
        line.marker = Marker::authority;
      } else if (word == "@revoked") {
        line.marker = Marker::revoked;
      } else {
        continue;
      }
      word = next_word(rest);
    }
    line.names = word;
    line.type = next_word(rest);
    const auto key = decode_base64(next_word(rest));
    // A key that calls itself something else is no key of that type.
    if (!key || line.type.empty() || key_type(*key) != line.type) continue;
    line.key = *key;
    line.place = fmt::format("{}:{}", file.string(), number);
    lines_.push_back(std::move(line));
  }
}

void KnownHosts::read(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return;
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open() || stream.bad()) {
    throw Fault(ExitStatus::target_failed, system_error_text("reading the known host keys in " + file.string(), errno));
  }
  add(text.str(), file);
}

KnownHosts::Answer KnownHosts::check_name(const std::string& name, std::string_view key) const {
  Answer answer;
  const Line* same = nullptr;
  const Line* other = nullptr;
  const Line* revoked = nullptr;
  for (const Line& line : lines_) {
    if (!matches_names(name, line.names)) continue;
    if (line.marker == Marker::authority) {
      if (answer.certificates_at.empty()) answer.certificates_at = line.place;
      continue;
    }
    const bool equal = line.key == key;
    if (line.marker == Marker::revoked) {
      if (equal && revoked == nullptr) revoked = &line;
      continue;
    }
    const Line*& first = equal ? same : other;
    if (first == nullptr) first = &line;
  }
  const auto decide = [&answer](HostKeyVerdict verdict, const Line& line) {
    answer.verdict = verdict;
    answer.place = line.place;
  };
  if (revoked != nullptr) {
    decide(HostKeyVerdict::revoked, *revoked);
  } else if (same != nullptr) {
    decide(HostKeyVerdict::known, *same);
  } else if (other != nullptr) {
    decide(HostKeyVerdict::changed, *other);
  }
  return answer;
}

KnownHosts::Answer KnownHosts::check(std::string_view host, std::uint16_t port, std::string_view key) const {
  Answer answer = check_name(known_hosts_name(host, port), key);
  if (port == usual_port || answer.verdict == HostKeyVerdict::revoked) return answer;
  Answer plain = check_name(known_hosts_name(host, usual_port), key);
  if (plain.verdict == HostKeyVerdict::revoked) return plain;
  if (answer.verdict == HostKeyVerdict::unknown && plain.verdict == HostKeyVerdict::known) return plain;
  return answer;
}

std::vector<std::string> KnownHosts::key_types(std::string_view host, std::uint16_t port) const {
  std::vector<std::string> types;
  for (const std::uint16_t at : {port, usual_port}) {
    const std::string name = known_hosts_name(host, at);
    for (const Line& line : lines_) {
      if (line.marker == Marker::none && matches_names(name, line.names) && std::ranges::count(types, line.type) == 0)
        types.push_back(line.type);
    }
    if (!types.empty()) break;
  }
  return types;
}

std::string known_hosts_name(std::string_view host, std::uint16_t port) {
  const std::string name = lower_case(host);
  return port == usual_port ? name : fmt::format("[{}]:{}", name, port);
}

std::string known_hosts_line(std::string_view host, std::uint16_t port, std::string_view key, bool hashed) {
  std::string name = known_hosts_name(host, port);
  if (hashed) {
    std::string salt(salt_size, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(salt.size())) != 1)
      throw Fault(ExitStatus::target_failed, "this machine gives no random bytes");
    name = fmt::format("{}{}|{}", hash_magic, base64(salt), base64(hmac_sha1(salt, name)));
  }
  return fmt::format("{} {} {}", name, key_type(key), base64(key));
}

std::string key_type(std::string_view key) {
  constexpr std::size_t prefix = 4;
  if (key.size() < prefix) return {};
  std::size_t size = 0;
  for (const char byte : key.substr(0, prefix))
    size = size << 8U | static_cast<unsigned char>(byte);
  if (size > key.size() - prefix) return {};
  return std::string(key.substr(prefix, size));
}

std::string key_fingerprint(std::string_view key) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text = base64({reinterpret_cast<const char*>(digest.data()), size});
  text.erase(text.find_last_not_of('=') + 1);
  return "SHA256:" + text;
}

}  // namespace ibtest
