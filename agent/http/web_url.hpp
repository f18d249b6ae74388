#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// A URL that can be asked for: http or https, well formed.
struct WebUrl {
  std::string text;    ///< as it is sent, with `user:password@`
  std::string scheme;  ///< "http" or "https"
  std::string path;    ///< percent-encoded, at least "/"
};

struct ParsedUrl {
  std::optional<WebUrl> url;
  std::string error;
};

/// Blanks and the like are percent-encoded, everything else must be as RFC 3986 says.
[[nodiscard]] ParsedUrl parse_url(const std::string& text);
/// What a redirect to `location` leads to (RFC 3986, section 5).
[[nodiscard]] ParsedUrl resolve_url(const WebUrl& base, const std::string& location);

/// The URL as it may be shown: `***` for `user:password` (WEBDOWNLOAD-14). Takes texts that are no URL as well.
[[nodiscard]] std::string masked_url(std::string_view text);

[[nodiscard]] std::string percent_decoded(std::string_view text);

struct UrlFileName {
  std::string name;
  std::string error;
};
/// The file name in a URL: the last segment of its path, percent-decoded, without query and fragment (WEBDOWNLOAD-2).
[[nodiscard]] UrlFileName file_name_in(const WebUrl& url);

}  // namespace ibtest
