#include "agent/http/digest.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <new>
#include <span>
#include <unistd.h>
#include <vector>

#include <openssl/evp.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

constexpr std::size_t piece_size = 256U << 10U;

const EVP_MD* method_of(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return EVP_md5();
    case DigestAlgorithm::sha1:
      return EVP_sha1();
    case DigestAlgorithm::sha256:
      return EVP_sha256();
    case DigestAlgorithm::sha512:
      break;
  }
  return EVP_sha512();
}

}  // namespace

std::optional<DigestAlgorithm> digest_from_name(std::string_view name) {
  const auto upper = [](char character) {
    return character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A') : character;
  };
  for (std::size_t index = 0; index < digest_names.size(); ++index) {
    if (std::ranges::equal(digest_names[index], name, {}, {}, upper)) return static_cast<DigestAlgorithm>(index);
  }
  return std::nullopt;
}

std::string_view digest_name(DigestAlgorithm algorithm) {
  return digest_names[static_cast<std::size_t>(algorithm)];
}

std::size_t digest_length(DigestAlgorithm algorithm) {
  return 2 * static_cast<std::size_t>(EVP_MD_get_size(method_of(algorithm)));
}

Digest::Digest(DigestAlgorithm algorithm) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), method_of(algorithm), nullptr) != 1) throw std::bad_alloc();
}

void Digest::update(std::string_view bytes) {
  EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

std::string Digest::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(std::size_t{2} * size);
  for (const unsigned char byte : std::span(bytes).first(size)) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

FileDigest digest_of_file(const std::filesystem::path& file, DigestAlgorithm algorithm,
                          const std::function<bool()>& must_stop) {
  const FileDescriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!input.is_open()) return {{}, errno};
  Digest digest(algorithm);
  std::vector<char> piece(piece_size);
  while (!must_stop()) {
    const ssize_t size = ::read(input.get(), piece.data(), piece.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return {{}, errno};
    if (size == 0) return {digest.finish(), 0};
    digest.update({piece.data(), static_cast<std::size_t>(size)});
  }
  return {{}, ECANCELED};
}

}  // namespace ibtest
