#include "agent/http/web_url.hpp"

#include <new>

#include "agent/http/curl_handle.hpp"

namespace ibtest {

namespace {

CurlUrl make_url() {
  CurlUrl url(curl_url());
  if (!url) throw std::bad_alloc();
  return url;
}

std::string part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
  const CurlText owner(text);
  return text;
}

ParsedUrl parsed(CURLU* url, const std::string& given, CURLUcode code) {
  const std::string shown = "`" + masked_url(given) + "`";
  if (code != CURLUE_OK) return {std::nullopt, shown + " is no URL: " + curl_url_strerror(code)};
  WebUrl result{part_of(url, CURLUPART_URL), part_of(url, CURLUPART_SCHEME), part_of(url, CURLUPART_PATH)};
  if (result.scheme != "http" && result.scheme != "https") {
    return {std::nullopt, shown + " begins with neither http:// nor https://"};
  }
  return {std::move(result), {}};
}

constexpr unsigned int parse_flags = CURLU_URLENCODE | CURLU_ALLOW_SPACE | CURLU_NON_SUPPORT_SCHEME;

int digit_of(char character) {
  if (character >= '0' && character <= '9') return character - '0';
  if (character >= 'a' && character <= 'f') return character - 'a' + 10;
  if (character >= 'A' && character <= 'F') return character - 'A' + 10;
  return -1;
}

}  // namespace

ParsedUrl parse_url(const std::string& text) {
  // libcurl would see the end of the text in it.
  if (text.find('\0') != std::string::npos) return {std::nullopt, "the URL holds a NUL character"};
  const CurlUrl url = make_url();
  return parsed(url.get(), text, curl_url_set(url.get(), CURLUPART_URL, text.c_str(), parse_flags));
}

ParsedUrl resolve_url(const WebUrl& base, const std::string& location) {
  const CurlUrl url = make_url();
  CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, base.text.c_str(), 0);
  if (code == CURLUE_OK) code = curl_url_set(url.get(), CURLUPART_URL, location.c_str(), parse_flags);
  return parsed(url.get(), location, code);
}

std::string masked_url(std::string_view text) {
  std::string shown(text);
  const auto separator = shown.find("://");
  if (separator == std::string::npos) return shown;
  const auto begin = separator + 3;
  const auto end = std::min(shown.find_first_of("/?#", begin), shown.size());
  const auto at = shown.rfind('@', end);
  if (at == std::string::npos || at < begin || at >= end) return shown;
  return shown.replace(begin, at - begin, "***");
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? digit_of(text[at + 1]) : -1;
    const int low = high >= 0 ? digit_of(text[at + 2]) : -1;
    decoded += low >= 0 ? static_cast<char>(high * 16 + low) : text[at];
    if (low >= 0) at += 2;
  }
  return decoded;
}

UrlFileName file_name_in(const WebUrl& url) {
  const auto name = percent_decoded(std::string_view(url.path).substr(url.path.rfind('/') + 1));
  const std::string remedy = "; give the file name in `destination`";
  if (name.empty()) return {{}, "the URL ends without a file name" + remedy};
  if (name == "." || name == ".." || name.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
    return {{}, "the last part of the URL is no usable file name" + remedy};
  }
  return {name, {}};
}

}  // namespace ibtest
