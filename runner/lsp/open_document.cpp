#include "runner/lsp/open_document.hpp"

#include <algorithm>
#include <utility>

#include "agent/document/document_keys.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/lint/fix_source.hpp"
#include "runner/lint/lint_configuration.hpp"
#include "runner/lint/recognition.hpp"
#include "runner/lsp/document_outline.hpp"
#include "runner/lsp/document_uri.hpp"

namespace ibtest {

namespace {

/// Documents of the service are far smaller; templates may hold many of them.
constexpr std::size_t most_linted_bytes = 8U << 20U;
/// Sixteen times what Image Builder accepts (DOC-11).
constexpr std::size_t most_component_bytes = 1U << 20U;

}  // namespace

OpenDocument::OpenDocument(std::string uri, std::string text, std::int64_t version)
    : uri_(std::move(uri)), text_(std::move(text)), version_(version) {}

void OpenDocument::change(const nlohmann::json& changes, std::int64_t version, PositionEncoding encoding) {
  std::string text = text_;
  for (const nlohmann::json& change : changes) {
    const auto& replacement = change.at("text").get_ref<const std::string&>();
    const auto range = change.find("range");
    if (range == change.end()) {
      text = replacement;
      continue;
    }
    const ProtocolPosition start = read_position(range->at("start"));
    const ProtocolPosition stop = read_position(range->at("end"));
    const TextPositions positions(text, encoding);
    const std::size_t begin = positions.offset(start);
    const std::size_t end = std::max(begin, positions.offset(stop));
    text.replace(begin, end - begin, replacement);
  }
  text_ = std::move(text);
  version_ = version;
}

void OpenDocument::lint() {
  const auto path = path_of_uri(uri_);
  const auto source = std::make_shared<const SourceText>(path ? path->string() : uri_, text_);
  linted_ = LintedFile{source};
  settings_ = {};
  if (text_.size() > most_linted_bytes) return;
  std::optional<Fault> unreadable;
  if (path) {
    try {
      const auto configuration = ConfigurationSearch().find(path->parent_path());
      if (configuration && configuration->ignores(*path)) return;
      if (configuration) {
        settings_.severities = configuration->severities;
        settings_.default_platform = configuration->platform;
      }
    } catch (const Fault& fault) {
      unreadable = fault;
    }
  }
  linted_ = lint_source(source, settings_, false);
  if (unreadable) throw Fault(*unreadable);
}

std::optional<std::string> OpenDocument::fixed_text() const {
  if (!linted_.source || linted_.findings.empty()) return std::nullopt;
  const FixedFile fixed = fix_source(linted_, settings_, false);
  if (fixed.count == 0) return std::nullopt;
  return std::string(fixed.file.source->text());
}

bool OpenDocument::is_component() const {
  if (text_.size() > most_component_bytes) return false;
  if (recognise(std::make_shared<const SourceText>(uri_, text_), false).kind == Recognition::Kind::component)
    return true;
  const DocumentOutline outline(text_);
  return std::ranges::all_of(outline.children(OutlineNode::none), [&](std::size_t index) {
    const OutlineNode& node = outline[index];
    return node.kind == OutlineNode::Kind::text ||
           (node.kind == OutlineNode::Kind::key && std::ranges::find(document_keys, node.text) != document_keys.end());
  });
}

ProtocolPosition read_position(const nlohmann::json& position) {
  // Negative and fractional numbers are no positions: what get() would make of them is another place.
  const auto read = [&position](const char* key) {
    const nlohmann::json& value = position.at(key);
    return value.is_number_unsigned() ? value.get<std::size_t>()
                                      : nlohmann::json(nullptr).get<std::size_t>();  // throws type_error
  };
  return {read("line"), read("character")};
}

}  // namespace ibtest
