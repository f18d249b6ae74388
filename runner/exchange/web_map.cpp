#include "runner/exchange/web_map.hpp"

#include <algorithm>

#include "agent/http/web_url.hpp"
#include "runner/exchange/send_file.hpp"

namespace ibtest {

namespace fs = std::filesystem;

std::string mapped_url(const std::string& text) {
  const auto parsed = parse_url(text);
  if (!parsed.url) return {};
  std::string url = parsed.url->text;
  url.erase(std::min(url.find('#'), url.size()));
  const auto begin = url.find("://") + 3;
  const auto at = url.rfind('@', url.find_first_of("/?", begin));
  if (at != std::string::npos && at >= begin) url.erase(begin, at + 1 - begin);
  return url;
}

std::filesystem::path WebMap::file_for(const std::string& url) const {
  if (const auto exact = options_.map.find(url); exact != options_.map.end()) return exact->second;
  // The longest URL that the wanted one is below.
  const auto path_end = std::min(url.find('?'), url.size());
  for (auto slash = url.rfind('/', path_end); slash != std::string::npos && slash > 0;
       slash = url.rfind('/', slash - 1)) {
    const auto folder = options_.map.find(url.substr(0, slash + 1));
    if (folder == options_.map.end()) continue;
    const fs::path below(percent_decoded(url.substr(slash + 1, path_end - slash - 1)));
    if (below.is_absolute() || std::ranges::find(below, fs::path("..")) != below.end()) {
      throw ExchangeFailure("`" + url + "` leads out of the folder that --web-map gives");
    }
    return folder->second / below;
  }
  return {};
}

nlohmann::json WebMap::answer(const nlohmann::json& question, ExchangeStream& stream) const {
  const auto url = mapped_url(text_in(question, "url"));
  const auto file = file_for(url);
  if (file.empty()) {
    if (options_.offline) {
      throw ExchangeFailure("downloads are switched off by --web-offline; --web-map " + url + "=FILE serves it");
    }
    return {{"mapped", false}};
  }
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) {
    throw ExchangeFailure("there is no file " + file.string() + ", which --web-map gives for it");
  }
  const auto size = send_file(file, stream);
  return {{"mapped", true}, {"size", size}, {"from", file.string()}};
}

}  // namespace ibtest
