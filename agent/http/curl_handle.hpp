#pragma once

#include <memory>
#include <new>

#include <curl/curl.h>

namespace ibtest {

// libcurl's objects with owners.

struct CurlEasyCloser {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlEasy = std::unique_ptr<CURL, CurlEasyCloser>;

struct CurlMultiCloser {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using CurlMulti = std::unique_ptr<CURLM, CurlMultiCloser>;

struct CurlUrlCloser {
  void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlCloser>;

struct CurlTextCloser {
  void operator()(char* text) const { curl_free(text); }
};
using CurlText = std::unique_ptr<char, CurlTextCloser>;

struct CurlListCloser {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
/// Header lines.
class CurlList {
 public:
  void add(const char* line) {
    // The old head stays valid, and owned, when there is no memory for another one.
    curl_slist* const head = curl_slist_append(list_.get(), line);
    if (head == nullptr) throw std::bad_alloc();
    static_cast<void>(list_.release());
    list_.reset(head);
  }
  [[nodiscard]] curl_slist* get() const { return list_.get(); }

 private:
  std::unique_ptr<curl_slist, CurlListCloser> list_;
};

}  // namespace ibtest
