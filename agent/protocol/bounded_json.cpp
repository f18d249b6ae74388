#include "agent/protocol/bounded_json.hpp"

namespace ibtest {

namespace {

using nlohmann::json;

/// Counts, and keeps nothing.
class BoundsCheck final : public json::json_sax_t {
 public:
  explicit BoundsCheck(JsonBounds bounds) : bounds_(bounds) {}

  bool null() override { return count(); }
  bool boolean(bool /*value*/) override { return count(); }
  bool number_integer(json::number_integer_t /*value*/) override { return count(); }
  bool number_unsigned(json::number_unsigned_t /*value*/) override { return count(); }
  bool number_float(json::number_float_t /*value*/, const json::string_t& /*text*/) override { return count(); }
  bool string(json::string_t& /*value*/) override { return count(); }
  bool binary(json::binary_t& /*value*/) override { return count(); }
  bool start_object(std::size_t /*elements*/) override { return open(); }
  bool key(json::string_t& /*value*/) override { return count(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override { return open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*place*/, const std::string& /*token*/, const json::exception& /*error*/) override {
    return false;
  }

 private:
  bool count() { return ++values_ <= bounds_.values; }
  bool open() { return count() && ++depth_ <= bounds_.depth; }
  bool close() {
    --depth_;
    return true;
  }

  const JsonBounds bounds_;
  std::size_t values_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

bool is_bounded_json(std::string_view text, JsonBounds bounds) {
  BoundsCheck check(bounds);
  return json::sax_parse(text, &check);
}

}  // namespace ibtest
