#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/protocol/event.hpp"
#include "agent/protocol/json_text.hpp"

namespace ibtest {

/// Writes one flat JSON object as text, key by key, with no tree in between. Keys are trusted to need no escaping.
class LineWriter {
 public:
  explicit LineWriter(std::string& output) : output_(output) { output_ += '{'; }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  ~LineWriter() { output_ += '}'; }

  LineWriter& text(std::string_view key, std::string_view value) {
    write_key(key);
    append_json_string(output_, value);
    return *this;
  }
  template <typename Integer>
  LineWriter& number(std::string_view key, Integer value) {
    write_key(key);
    output_ += std::to_string(value);
    return *this;
  }
  LineWriter& flag(std::string_view key, bool value) {
    write_key(key);
    output_ += value ? "true" : "false";
    return *this;
  }
  LineWriter& address(const StepAddress& address) {
    return number("d", address.document).number("p", address.phase).number("s", address.step);
  }

 private:
  void write_key(std::string_view key) {
    if (output_.back() != '{') output_ += ',';
    output_ += '"';
    output_ += key;
    output_ += "\":";
  }

  std::string& output_;
};

}  // namespace ibtest
