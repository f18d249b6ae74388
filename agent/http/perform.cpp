#include "agent/http/perform.hpp"

namespace ibtest {

namespace {

constexpr int poll_milliseconds = 50;

}  // namespace

Performed perform(CURL* easy, const std::function<bool()>& must_stop) {
  const CurlMulti multi(curl_multi_init());
  if (!multi) throw std::bad_alloc();
  curl_multi_add_handle(multi.get(), easy);
  Performed result;
  int running = 1;
  while (true) {
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK) {
      result.code = CURLE_OUT_OF_MEMORY;
      break;
    }
    if (running == 0) {
      int waiting = 0;
      const CURLMsg* const message = curl_multi_info_read(multi.get(), &waiting);
      if (message != nullptr) result.code = message->data.result;
      break;
    }
    if (must_stop()) {
      result.stopped = true;
      break;
    }
    curl_multi_poll(multi.get(), nullptr, 0, poll_milliseconds, nullptr);
  }
  curl_multi_remove_handle(multi.get(), easy);
  return result;
}

}  // namespace ibtest
