#pragma once

#include <filesystem>
#include <string>

namespace ibtest {

/// A private key as it lies in a file.
struct PrivateKeyFile {
  std::string text;
  bool encrypted = false;
  std::string public_key;  ///< in the form that goes over the wire; empty where only the private part tells
};

/// Reads a private key in OpenSSH's or a PEM form; the public part from it, or from the file beside it that ends in
/// ".pub". Throws Fault (target_failed) when it cannot be read, or is no private key.
[[nodiscard]] PrivateKeyFile read_private_key(const std::filesystem::path& file);

/// The public key of a private key's file, or of a ".pub" file; empty when neither tells it.
[[nodiscard]] std::string read_public_key(const std::filesystem::path& file);

}  // namespace ibtest
