#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/scalar_source.hpp"
#include "agent/document/source_text.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

/// A text that stands in scalars of another file, piece by piece, and the places where it stands there.
///
/// A piece is the text of a scalar as it is, a value that stands for something in the file (`${Name}`), or what nobody
/// can know before deployment. The last is opaque: it has a name in the text instead, or a comment where it is a line
/// of its own, and nothing may be said about it.
class EmbeddedText {
 public:
  /// The nodes that are appended must live as long.
  explicit EmbeddedText(std::shared_ptr<const SourceText> host) : host_(std::move(host)) {}

  /// Bytes [begin, end) of the scalar's text.
  void append(const YamlNode& scalar, std::size_t begin, std::size_t end);
  /// A value, for what stands at `place` in the file.
  void append_value(std::string_view value, const SourceRange& place);
  /// Something unknown at `place`. `rest` is what follows in the text: it tells whether this is a line of its own.
  void append_opaque(const SourceRange& place, std::string_view rest);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool has_opaque() const;
  /// Whether anything of the text is known.
  [[nodiscard]] bool has_text() const;
  /// Text offsets of the opaque pieces that are lines of their own, and may hold keys, items or steps.
  [[nodiscard]] const std::vector<std::size_t>& opaque_lines() const { return opaque_lines_; }

  /// Whether the range of the text (its offsets count) has to do with anything opaque.
  [[nodiscard]] bool touches_opaque(const SourceRange& range) const;
  /// The place in the file of a range of the text.
  [[nodiscard]] SourceRange in_host(const SourceRange& range) const;
  /// The same edit for the file; nothing where the text does not stand there byte by byte.
  [[nodiscard]] std::optional<TextEdit> in_host(const TextEdit& edit) const;

 private:
  enum class Origin { scalar, value, opaque };
  struct Piece {
    std::size_t begin = 0;  ///< in the text
    Origin origin = Origin::value;
    SourceRange place;         ///< of values and opaque pieces
    std::size_t scalar = 0;    ///< index of its positions
    std::size_t scalar_begin;  ///< in the text of the scalar
  };
  struct Scalar {
    const YamlNode* node;
    ScalarPositions positions;
  };

  [[nodiscard]] const Piece& piece_at(std::size_t offset) const;
  [[nodiscard]] std::size_t end_of(const Piece& piece) const;

  std::shared_ptr<const SourceText> host_;
  std::string text_;
  std::vector<Piece> pieces_;
  std::vector<Scalar> scalars_;
  std::vector<std::size_t> opaque_lines_;
};

}  // namespace ibtest
