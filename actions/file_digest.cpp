#include "actions/file_digest.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* openssl_digest(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return EVP_md5();
    case DigestAlgorithm::sha1:
      return EVP_sha1();
    case DigestAlgorithm::sha256:
      return EVP_sha256();
    case DigestAlgorithm::sha512:
      return EVP_sha512();
  }
  return EVP_sha256();
}

}  // namespace

std::optional<std::string> file_digest(DigestAlgorithm algorithm, const std::filesystem::path& file) {
  const FileDescriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input.is_open()) return std::nullopt;
  const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  if (!context || EVP_DigestInit_ex(context.get(), openssl_digest(algorithm), nullptr) != 1) return std::nullopt;
  constexpr std::size_t piece = 256U << 10U;
  const auto buffer = std::make_unique_for_overwrite<unsigned char[]>(piece);
  while (true) {
    const ssize_t size = ::read(input.get(), buffer.get(), piece);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) break;
    if (EVP_DigestUpdate(context.get(), buffer.get(), static_cast<std::size_t>(size)) != 1) return std::nullopt;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) return std::nullopt;
  std::string text;
  text.reserve(std::size_t{2} * length);
  for (unsigned int index = 0; index < length; ++index)
    text += fmt::format("{:02x}", digest.at(index));
  return text;
}

}  // namespace ibtest
