#include "runner/cli/located_json.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t deepest = 32;

/// Builds the tree from what the reader meets, and keeps the offset of every value.
class TreeBuilder final : public nlohmann::json_sax<ordered_json> {
 public:
  TreeBuilder(std::string_view text, std::istringstream& stream) : text_(text), stream_(stream) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value); }
  bool string(string_t& value) override { return add(value); }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool start_object(std::size_t /*size*/) override { return open(ordered_json::object()); }
  bool start_array(std::size_t /*size*/) override { return open(ordered_json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    key_ = name;
    read_to_ = position();
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& what) override {
    error_offset = position > 0 ? position - 1 : 0;
    const std::string_view full = what.what();
    const auto reason = full.find(" - ");
    error = reason == std::string_view::npos ? full : full.substr(reason + 3);
    return false;
  }

  ordered_json root;
  std::map<std::string, std::size_t> offsets;
  std::vector<std::string> duplicates;
  std::string error;
  std::size_t error_offset = 0;

 private:
  struct Container {
    ordered_json* json;
    std::string pointer;
  };

  [[nodiscard]] std::size_t position() const {
    return static_cast<std::size_t>(stream_.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in));
  }

  // The place of the token that was read last: behind the one before it.
  [[nodiscard]] std::size_t token_start() const {
    return std::min(text_.find_first_not_of(" \t\r\n,:", read_to_), text_.size());
  }

  // Puts a value where it belongs.
  Container place(ordered_json value) {
    const std::size_t start = token_start();
    read_to_ = position();
    if (open_.empty()) {
      offsets[""] = start;
      root = std::move(value);
      return {&root, ""};
    }
    Container& parent = open_.back();
    const bool in_array = parent.json->is_array();
    std::string pointer = parent.pointer + "/" + (in_array ? std::to_string(parent.json->size()) : key_);
    if (!offsets.insert_or_assign(pointer, start).second) duplicates.push_back(pointer);
    ordered_json& placed =
        in_array ? parent.json->emplace_back(std::move(value)) : (*parent.json)[key_] = std::move(value);
    return {&placed, std::move(pointer)};
  }
  bool add(ordered_json value) {
    static_cast<void>(place(std::move(value)));
    return true;
  }
  bool open(ordered_json value) {
    if (open_.size() == deepest) {
      error = fmt::format("nested deeper than {} levels", deepest);
      error_offset = token_start();
      return false;
    }
    open_.push_back(place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    read_to_ = position();
    return true;
  }

  std::string_view text_;
  std::istringstream& stream_;
  std::vector<Container> open_;
  std::string key_;
  std::size_t read_to_ = 0;
};

}  // namespace

LocatedJson::LocatedJson(SourceText source) : source_(std::move(source)) {
  std::istringstream stream{std::string(source_.text())};
  TreeBuilder builder(source_.text(), stream);
  if (!ordered_json::sax_parse(stream, &builder))
    throw Fault(ExitStatus::not_runnable,
                fmt::format("{}: this is no JSON: {}", place_at(builder.error_offset), builder.error),
                "JSON has no comments and no comma after the last entry, and texts stand in double quotes");
  value_ = std::move(builder.root);
  offsets_ = std::move(builder.offsets);
  duplicates_ = std::move(builder.duplicates);
}

std::string LocatedJson::place(const std::string& pointer) const {
  const auto found = offsets_.find(pointer);
  return found == offsets_.end() ? source_.name() : place_at(found->second);
}

std::string LocatedJson::place_at(std::size_t offset) const {
  const SourcePosition position = source_.position(offset);
  return fmt::format("{}:{}:{}", source_.name(), position.line, position.column);
}

}  // namespace ibtest
