#include "runner/lint/json_tree.hpp"

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "agent/document/scalar_source.hpp"

namespace ibtest {

namespace {

constexpr std::size_t most_depth = 1000;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// The parser of the library checks the text and tells no places; this one, which runs on valid JSON only, finds them.
class JsonReader {
 public:
  explicit JsonReader(const SourceText& source) : source_(&source), text_(source.text()) {
    if (text_.starts_with(byte_order_mark)) offset_ = byte_order_mark.size();
  }

  std::optional<YamlNode> read() { return read_value(0); }

 private:
  // NOLINTNEXTLINE(misc-no-recursion): bounded by most_depth.
  std::optional<YamlNode> read_value(std::size_t depth) {
    if (depth > most_depth) return std::nullopt;
    const char first = next();
    const std::size_t begin = offset_;
    YamlNode node;
    if (first == '{') {
      if (!read_object(node, depth)) return std::nullopt;
    } else if (first == '[') {
      if (!read_array(node, depth)) return std::nullopt;
    } else if (first == '"') {
      node.kind = YamlNode::Kind::scalar;
      node.style = YamlNode::Style::double_quoted;
      node.text = read_string();
    } else {
      offset_ = std::min(text_.find_first_of(",]} \t\r\n", offset_), text_.size());
      node.text = std::string(text_.substr(begin, offset_ - begin));
      node.kind = node.text == "null" ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    }
    node.range = source_->range(begin, offset_);
    return node;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_object(YamlNode& node, std::size_t depth) {
    node.kind = YamlNode::Kind::mapping;
    node.style = YamlNode::Style::flow;
    ++offset_;
    while (next() != '}') {
      if (next() == ',') ++offset_;
      auto key = next() == '"' ? read_value(depth + 1) : std::nullopt;
      next();
      ++offset_;  // the colon
      auto value = read_value(depth + 1);
      if (!key || !value) return false;
      node.entries.push_back({std::move(*key), std::move(*value)});
    }
    ++offset_;
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_array(YamlNode& node, std::size_t depth) {
    node.kind = YamlNode::Kind::sequence;
    node.style = YamlNode::Style::flow;
    ++offset_;
    while (next() != ']') {
      if (next() == ',') ++offset_;
      auto item = read_value(depth + 1);
      if (!item) return false;
      node.items.push_back(std::move(*item));
    }
    ++offset_;
    return true;
  }

  std::string read_string() {
    const std::size_t begin = offset_;
    offset_ = quoted_end(text_, begin).value_or(text_.size());
    const std::string_view written = text_.substr(begin, offset_ - begin);
    if (written.find('\\') == std::string_view::npos) return std::string(written.substr(1, written.size() - 2));
    return nlohmann::json::parse(written).get<std::string>();
  }

  /// Passes over blanks; NUL at the end.
  char next() {
    offset_ = std::min(text_.find_first_not_of(" \t\r\n", offset_), text_.size());
    return offset_ < text_.size() ? text_[offset_] : '\0';
  }

  const SourceText* source_;
  std::string_view text_;
  std::size_t offset_ = 0;
};

}  // namespace

std::optional<YamlNode> parse_json(const std::shared_ptr<const SourceText>& source) {
  if (!nlohmann::json::accept(source->text())) return std::nullopt;
  return JsonReader(*source).read();
}

}  // namespace ibtest
