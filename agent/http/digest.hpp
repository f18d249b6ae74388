#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/types.h>

namespace ibtest {

enum class DigestAlgorithm { md5, sha1, sha256, sha512 };

inline constexpr std::array<std::string_view, 4> digest_names = {"MD5", "SHA1", "SHA256", "SHA512"};

/// Names in any letter case, without hyphen (WEBDOWNLOAD-6).
[[nodiscard]] std::optional<DigestAlgorithm> digest_from_name(std::string_view name);
[[nodiscard]] std::string_view digest_name(DigestAlgorithm algorithm);
/// How many hexadecimal digits a digest has.
[[nodiscard]] std::size_t digest_length(DigestAlgorithm algorithm);

/// A digest over bytes that come piece by piece.
class Digest {
 public:
  explicit Digest(DigestAlgorithm algorithm);
  void update(std::string_view bytes);
  /// In lower-case hexadecimal digits. Ends the digest.
  [[nodiscard]] std::string finish();

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

struct FileDigest {
  std::string digest;
  int error_number = 0;  ///< why the file could not be read
};
/// Reads the file in pieces; `must_stop` is asked between them and ends the reading with ECANCELED.
[[nodiscard]] FileDigest digest_of_file(const std::filesystem::path& file, DigestAlgorithm algorithm,
                                        const std::function<bool()>& must_stop);

}  // namespace ibtest
