#pragma once

#include <string_view>

namespace ibtest {

/// Whether a word begins with the address of another machine: not localhost, not the metadata service.
[[nodiscard]] bool is_remote_url(std::string_view word);

/// Whether such an address, by http or https, stands anywhere in the text.
[[nodiscard]] bool names_remote_url(std::string_view text);

/// Settings of package managers and keys: small texts that are changed often, and verify what comes later.
[[nodiscard]] bool is_settings_file(std::string_view url);

}  // namespace ibtest
