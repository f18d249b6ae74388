#pragma once

#include <functional>

#include "agent/http/curl_handle.hpp"

namespace ibtest {

struct Performed {
  CURLcode code = CURLE_OK;
  bool stopped = false;
};

/// Runs a transfer to its end. `must_stop` is asked after every turn, at least twenty times a second.
[[nodiscard]] Performed perform(CURL* easy, const std::function<bool()>& must_stop);

}  // namespace ibtest
