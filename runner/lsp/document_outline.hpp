#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace ibtest {

/// One thing of a line: the dash of a list's item, a key, or a text that has no colon (a list's value, or a key whose
/// rest is still to be typed).
struct OutlineNode {
  enum class Kind { item, key, text };
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  Kind kind = Kind::text;
  std::size_t parent = none;  ///< index of the node that it stands below
  std::size_t column = 0;     ///< bytes before it on its line
  std::size_t begin = 0;      ///< offsets of the dash, the key without quotes, or the text
  std::size_t end = 0;
  std::string_view text = {};   ///< of the key or the text
  std::string_view value = {};  ///< of a key: what follows on its line, without blanks and comment
  std::size_t value_begin = 0;  ///< offset behind the colon and the blanks after it
  std::vector<std::size_t> children = {};
};

/// The lines of a document in block style, seen as a tree by their indentation alone. It can be had of every text, also
/// of what cannot be read as YAML because it is being typed.
class DocumentOutline {
 public:
  explicit DocumentOutline(std::string_view text) : DocumentOutline(text, std::nullopt) {}
  /// What stands right of the cursor on its line is left out, and where nothing stands left of it there is an empty
  /// text at the cursor. The text must live as long.
  DocumentOutline(std::string_view text, std::optional<std::size_t> cursor);

  [[nodiscard]] const std::vector<OutlineNode>& nodes() const { return nodes_; }
  [[nodiscard]] const OutlineNode& operator[](std::size_t index) const { return nodes_[index]; }
  /// The innermost node of the cursor's line; for a cursor inside a block scalar the key or item that it belongs to.
  /// Nothing in comments.
  [[nodiscard]] std::optional<std::size_t> at_cursor() const { return at_cursor_; }
  [[nodiscard]] bool cursor_in_block() const { return cursor_in_block_; }

  /// The last node that starts at or before an offset, which what stands there belongs to.
  [[nodiscard]] std::optional<std::size_t> node_before(std::size_t offset) const;
  /// The nodes above one, from the outermost to itself.
  [[nodiscard]] std::vector<std::size_t> path(std::size_t index) const;
  /// A key below a node; `parent` may be OutlineNode::none.
  [[nodiscard]] std::optional<std::size_t> child(std::size_t parent, std::string_view key) const;
  [[nodiscard]] const std::vector<std::size_t>& children(std::size_t parent) const {
    return parent == OutlineNode::none ? roots_ : nodes_[parent].children;
  }

 private:
  struct BlockScalar {
    std::size_t owner;
    std::size_t column;  ///< lines indented deeper belong to it
  };
  void read_line(std::size_t begin, std::size_t end, bool has_cursor);
  void read_content(std::size_t line, std::size_t at, std::size_t end, bool has_cursor);
  std::size_t add(OutlineNode node);

  std::string_view text_;
  std::vector<OutlineNode> nodes_;
  std::vector<std::size_t> roots_;
  std::vector<std::size_t> open_;  ///< items and keys that the next line may stand below
  std::optional<BlockScalar> block_;
  std::optional<std::size_t> at_cursor_;
  bool cursor_in_block_ = false;
};

}  // namespace ibtest
