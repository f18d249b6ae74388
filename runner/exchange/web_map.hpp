#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "runner/exchange/exchange_handler.hpp"

namespace ibtest {

/// What the command line says of WebDownload (section 8.3 of the module specification).
struct WebMapOptions {
  /// --web-map: a URL, as mapped_url() writes it, and the file to serve in its place; one that ends in `/` stands for
  /// all URLs below it, and a folder.
  std::map<std::string, std::filesystem::path> map = {};
  bool offline = false;  ///< --web-offline: nothing else is downloaded

  [[nodiscard]] bool is_used() const { return offline || !map.empty(); }
};

/// A URL as the map knows it: without user, password and fragment, which say nothing of what it stands for. Empty when
/// the text is no http or https URL.
[[nodiscard]] std::string mapped_url(const std::string& text);

/// Answers `web-get` of agents from files of this machine: `mapped` is false for URLs that the agent is to download.
/// Redirects are not asked for. Throws ExchangeFailure.
class WebMap {
 public:
  explicit WebMap(WebMapOptions options) : options_(std::move(options)) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) const;

 private:
  /// Empty for a URL that is not on the map.
  [[nodiscard]] std::filesystem::path file_for(const std::string& url) const;

  WebMapOptions options_;
};

}  // namespace ibtest
