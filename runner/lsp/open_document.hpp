#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "runner/lint/lint_source.hpp"
#include "runner/lsp/text_positions.hpp"

namespace ibtest {

/// A document that an editor has open: its text as the editor has it, whatever the file says.
class OpenDocument {
 public:
  OpenDocument(std::string uri, std::string text, std::int64_t version);

  [[nodiscard]] const std::string& uri() const { return uri_; }
  [[nodiscard]] std::int64_t version() const { return version_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  /// Applies `contentChanges` one after another. Throws nlohmann::json::exception for what is none, and the text stays
  /// as it was then.
  void change(const nlohmann::json& changes, std::int64_t version, PositionEncoding encoding);

  /// Lints it again, with the settings of the `.ibtest.yml` that applies to it. Throws Fault when that cannot be read;
  /// the findings are those without it then.
  void lint();
  [[nodiscard]] const LintedFile& linted() const { return linted_; }
  /// What mends all of its findings that leave no doubt; nothing when there is none.
  [[nodiscard]] std::optional<std::string> fixed_text() const;

  /// Whether it is a component document, or what may become one: keys of other files are not ours to complete.
  [[nodiscard]] bool is_component() const;

 private:
  std::string uri_;
  std::string text_;
  std::int64_t version_;
  LintSettings settings_;
  LintedFile linted_;
};

/// A position of the protocol. Throws nlohmann::json::exception for what is none.
[[nodiscard]] ProtocolPosition read_position(const nlohmann::json& position);

}  // namespace ibtest
