#include "runner/lsp/document_outline.hpp"

#include <algorithm>
#include <utility>

namespace ibtest {

namespace {

bool is_blank(char character) {
  return character == ' ' || character == '\t';
}

/// The offset of the first character in [at, end) that is no blank.
std::size_t skip_blanks(std::string_view text, std::size_t at, std::size_t end) {
  while (at < end && is_blank(text[at]))
    ++at;
  return at;
}

struct KeySpan {
  std::size_t begin;
  std::size_t end;
  std::size_t colon;
};

/// The key at the start of [at, end), quoted or not; nothing without a colon behind it.
std::optional<KeySpan> find_key(std::string_view text, std::size_t at, std::size_t end) {
  const char quote = text[at];
  if (quote == '"' || quote == '\'') {
    const std::size_t close = text.substr(0, end).find(quote, at + 1);
    if (close == std::string_view::npos) return std::nullopt;
    const std::size_t colon = skip_blanks(text, close + 1, end);
    if (colon >= end || text[colon] != ':') return std::nullopt;
    return KeySpan{at + 1, close, colon};
  }
  if (quote == '{' || quote == '[') return std::nullopt;
  for (std::size_t colon = at; colon < end; ++colon) {
    if (text[colon] == '#' && colon > at && is_blank(text[colon - 1])) return std::nullopt;
    if (text[colon] != ':' || (colon + 1 < end && !is_blank(text[colon + 1]))) continue;
    std::size_t key_end = colon;
    while (key_end > at && is_blank(text[key_end - 1]))
      --key_end;
    return KeySpan{at, key_end, colon};
  }
  return std::nullopt;
}

/// The value without the comment and the blanks behind it.
std::string_view without_comment(std::string_view value) {
  const bool quoted = value.starts_with('"') || value.starts_with('\'');
  const std::size_t from = quoted ? std::min(value.find(value.front(), 1), value.size()) : 0;
  for (std::size_t at = from; at < value.size(); ++at) {
    if (value[at] == '#' && (at == 0 || is_blank(value[at - 1]))) value = value.substr(0, at);
  }
  while (!value.empty() && is_blank(value.back()))
    value.remove_suffix(1);
  return value;
}

/// Whether a value is the header of a block scalar: `|`, `>-`, `|2`, also behind a tag.
bool opens_block(std::string_view value) {
  if (value.starts_with('!')) {
    value.remove_prefix(std::min(value.find(' '), value.size()));
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  }
  if (!value.starts_with('|') && !value.starts_with('>')) return false;
  return value.find_first_not_of("+-123456789", 1) == std::string_view::npos;
}

}  // namespace

DocumentOutline::DocumentOutline(std::string_view text, std::optional<std::size_t> cursor) : text_(text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::size_t begin = text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
    const bool has_cursor = cursor && *cursor >= begin && *cursor <= end;
    read_line(begin, has_cursor ? *cursor : end, has_cursor);
    begin = end + (text.substr(end).starts_with("\r\n") ? 2 : 1);
  }
}

std::size_t DocumentOutline::add(OutlineNode node) {
  // What stands further right, or as far right, is over; the items of a list may stand below the first letter of its
  // key.
  while (!open_.empty()) {
    const OutlineNode& top = nodes_[open_.back()];
    const bool may_hold =
        top.column < node.column ||
        (top.column == node.column && top.kind == OutlineNode::Kind::key && node.kind == OutlineNode::Kind::item);
    if (may_hold) break;
    open_.pop_back();
  }
  node.parent = open_.empty() ? OutlineNode::none : open_.back();
  const std::size_t index = nodes_.size();
  (open_.empty() ? roots_ : nodes_[open_.back()].children).push_back(index);
  if (node.kind != OutlineNode::Kind::text) open_.push_back(index);
  nodes_.push_back(std::move(node));
  return index;
}

void DocumentOutline::read_line(std::size_t begin, std::size_t end, bool has_cursor) {
  const std::size_t first = skip_blanks(text_, begin, end);
  const bool is_empty = first == end;
  if (block_) {
    if ((is_empty && !has_cursor) || first - begin > block_->column) {
      if (has_cursor) {
        at_cursor_ = block_->owner;
        cursor_in_block_ = true;
      }
      return;
    }
    block_.reset();
  }
  if ((is_empty && !has_cursor) || (first < end && text_[first] == '#')) return;
  read_content(begin, first, end, has_cursor);
}

void DocumentOutline::read_content(std::size_t line, std::size_t at, std::size_t end, bool has_cursor) {
  std::size_t block_column = at - line;
  std::optional<std::size_t> last;
  while (at < end && text_[at] == '-' && (at + 1 == end || is_blank(text_[at + 1]))) {
    block_column = at - line;
    OutlineNode node{OutlineNode::Kind::item, 0, at - line, at, at + 1};
    last = add(std::move(node));
    at = skip_blanks(text_, at + 1, end);
  }
  if (at < end) {
    if (const auto key = find_key(text_, at, end)) {
      OutlineNode node{OutlineNode::Kind::key, 0, at - line, key->begin, key->end};
      node.text = text_.substr(key->begin, key->end - key->begin);
      node.value_begin = skip_blanks(text_, key->colon + 1, end);
      node.value = without_comment(text_.substr(node.value_begin, end - node.value_begin));
      block_column = at - line;
      const bool is_block = opens_block(node.value);
      last = add(std::move(node));
      if (is_block) block_ = {*last, block_column};
    } else {
      OutlineNode node{OutlineNode::Kind::text, 0, at - line, at, end};
      node.text = without_comment(text_.substr(at, end - at));
      node.end = at + node.text.size();
      const bool is_block = opens_block(node.text);
      const std::size_t index = add(std::move(node));
      if (is_block && last) block_ = {*last, block_column};
      last = index;
    }
  } else if (has_cursor) {
    OutlineNode node{OutlineNode::Kind::text, 0, at - line, at, at};
    last = add(std::move(node));
  }
  if (has_cursor) at_cursor_ = last;
}

std::optional<std::size_t> DocumentOutline::node_before(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(nodes_, offset, {}, &OutlineNode::begin);
  if (after == nodes_.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - nodes_.begin()) - 1;
}

std::vector<std::size_t> DocumentOutline::path(std::size_t index) const {
  std::vector<std::size_t> result;
  for (; index != OutlineNode::none; index = nodes_[index].parent)
    result.push_back(index);
  std::ranges::reverse(result);
  return result;
}

std::optional<std::size_t> DocumentOutline::child(std::size_t parent, std::string_view key) const {
  for (const std::size_t index : children(parent)) {
    if (nodes_[index].kind == OutlineNode::Kind::key && nodes_[index].text == key) return index;
  }
  return std::nullopt;
}

}  // namespace ibtest
