#include "runner/lint/web_urls.hpp"

#include <algorithm>
#include <array>

namespace ibtest {

bool is_remote_url(std::string_view word) {
  const std::size_t scheme = word.find("://");
  if (scheme == std::string_view::npos || (!word.starts_with("http") && !word.starts_with("ftp"))) return false;
  const std::string_view host = word.substr(scheme + 3);
  constexpr auto own = std::to_array<std::string_view>({"localhost", "127.", "169.254.", "[", "0.0.0.0"});
  return std::ranges::none_of(own, [host](std::string_view begin) { return host.starts_with(begin); });
}

bool is_settings_file(std::string_view url) {
  constexpr auto endings = std::to_array<std::string_view>({".repo", ".gpg", ".asc", ".key", ".list", ".pub", ".pem"});
  return std::ranges::any_of(endings, [url](std::string_view ending) { return url.ends_with(ending); });
}

bool names_remote_url(std::string_view text) {
  for (std::size_t place = text.find("http"); place != std::string_view::npos; place = text.find("http", place + 1)) {
    if (is_remote_url(text.substr(place))) return true;
  }
  return false;
}

}  // namespace ibtest
