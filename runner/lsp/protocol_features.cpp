#include "runner/lsp/protocol_features.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "runner/lint/rule_catalog.hpp"
#include "runner/lsp/completion.hpp"
#include "runner/lsp/navigation.hpp"

namespace ibtest {

namespace {

using nlohmann::json;

/// Editors hide the hints of the protocol, and ours are meant to be read.
int protocol_severity(Severity severity) {
  switch (severity) {
    case Severity::error:
      return 1;
    case Severity::warning:
      return 2;
    case Severity::hint:
      break;
  }
  return 3;
}

int protocol_kind(Completion::Kind kind) {
  constexpr int function = 3;
  constexpr int property = 10;
  constexpr int value = 12;
  constexpr int reference = 18;
  switch (kind) {
    case Completion::Kind::action:
      return function;
    case Completion::Kind::value:
      return value;
    case Completion::Kind::reference:
      return reference;
    case Completion::Kind::key:
      break;
  }
  return property;
}

json diagnostic_json(const Diagnostic& finding, const TextPositions& positions) {
  const bool whole = finding.range.begin.line == 0;
  const std::size_t begin = whole ? 0 : finding.range.begin.offset;
  const std::size_t end = whole ? 0 : std::max(begin, finding.range.end.offset);
  return {{"range", positions.json_range(begin, end)},
          {"severity", protocol_severity(finding.severity)},
          {"code", finding.code},
          {"source", "ibtest"},
          {"message", finding.message + (finding.suggestion.empty() ? "" : "\n" + finding.suggestion)}};
}

json markdown(const std::string& text) {
  return {{"kind", "markdown"}, {"value", text}};
}

json workspace_edit(const OpenDocument& document, json edits) {
  json edit = json::object();
  edit["changes"][document.uri()] = std::move(edits);
  return edit;
}

/// The fix of one finding as a code action.
json fix_action(const OpenDocument& document, const Diagnostic& finding, const TextPositions& positions) {
  json edits = json::array();
  for (const TextEdit& edit : finding.fix)
    edits.push_back({{"range", positions.json_range(edit.begin, edit.end)}, {"newText", edit.replacement}});
  const std::string& written = finding.fix.front().replacement;
  const bool short_enough = finding.fix.size() == 1 && !written.empty() && written.size() <= 60 &&
                            written.find_first_of("\r\n") == std::string::npos;
  return {{"title", short_enough ? "Write `" + written + "`" : "Mend `" + finding.code + "`"},
          {"kind", "quickfix"},
          {"isPreferred", true},
          {"diagnostics", json::array({diagnostic_json(finding, positions)})},
          {"edit", workspace_edit(document, std::move(edits))}};
}

/// Whether a client that asks for `only` wants actions of this kind: the kind itself, or one that it belongs to.
bool is_wanted(const json& params, const std::string& kind, bool otherwise) {
  const json& context = params.at("context");
  const auto only = context.find("only");
  if (only == context.end()) return otherwise;
  return std::ranges::any_of(*only, [&kind](const json& wanted) {
    const auto& name = wanted.get_ref<const std::string&>();
    return name.empty() || kind == name || kind.starts_with(name + ".");
  });
}

std::size_t position_in(const TextPositions& positions, const json& params) {
  return positions.offset(read_position(params.at("position")));
}

}  // namespace

json diagnostics_of(const OpenDocument& document, PositionEncoding encoding) {
  const TextPositions positions(document.text(), encoding);
  json diagnostics = json::array();
  for (const Diagnostic& finding : document.linted().findings)
    diagnostics.push_back(diagnostic_json(finding, positions));
  return diagnostics;
}

json answer_completion(const OpenDocument& document, PositionEncoding encoding, const json& params) {
  const TextPositions positions(document.text(), encoding);
  const std::size_t cursor = position_in(positions, params);
  json items = json::array();
  std::size_t number = 0;
  if (document.is_component()) {
    for (const Completion& completion : complete(document.text(), cursor)) {
      // What is needed comes first; the rest stays in the order of the tables.
      const std::string order = std::to_string(1'000'000 + number++).substr(1);
      json item = {{"label", completion.label},
                   {"kind", protocol_kind(completion.kind)},
                   {"sortText", (completion.preferred ? "0" : "1") + order},
                   {"filterText", completion.text},
                   {"textEdit",
                    {{"range", positions.json_range(completion.begin, completion.end)}, {"newText", completion.text}}}};
      if (!completion.detail.empty()) item["detail"] = completion.detail;
      if (!completion.description.empty()) item["documentation"] = markdown(completion.description);
      items.push_back(std::move(item));
    }
  }
  return {{"isIncomplete", false}, {"items", std::move(items)}};
}

json answer_hover(const OpenDocument& document, PositionEncoding encoding, const json& params) {
  const TextPositions positions(document.text(), encoding);
  const std::size_t offset = position_in(positions, params);
  std::optional<HoverText> hover;
  if (document.is_component()) hover = hover_at(document.text(), offset);
  for (const Diagnostic& finding : document.linted().findings) {
    const bool here =
        finding.range.begin.line != 0 && finding.range.begin.offset <= offset && offset <= finding.range.end.offset;
    const RuleExplanation* explanation = here ? find_explanation(finding.code) : nullptr;
    if (explanation == nullptr) continue;
    if (hover) {
      hover->markdown += "\n\n---\n\n";
    } else {
      hover = HoverText{"", finding.range.begin.offset, finding.range.end.offset};
    }
    hover->markdown += "**" + finding.code + "**: " + std::string(explanation->text);
  }
  if (!hover) return nullptr;
  return {{"contents", markdown(hover->markdown)}, {"range", positions.json_range(hover->begin, hover->end)}};
}

json answer_definition(const OpenDocument& document, PositionEncoding encoding, const json& params) {
  const TextPositions positions(document.text(), encoding);
  const std::size_t offset = position_in(positions, params);
  if (!document.is_component()) return nullptr;
  const auto found = definition_at(document.text(), offset);
  if (!found) return nullptr;
  return {{"uri", document.uri()}, {"range", positions.json_range(found->begin, found->end)}};
}

json answer_code_actions(const OpenDocument& document, PositionEncoding encoding, const json& params) {
  const TextPositions positions(document.text(), encoding);
  const std::size_t begin = positions.offset(read_position(params.at("range").at("start")));
  const std::size_t end = positions.offset(read_position(params.at("range").at("end")));
  json actions = json::array();
  if (is_wanted(params, "quickfix", true)) {
    for (const Diagnostic& finding : document.linted().findings) {
      const bool here = finding.range.begin.offset <= end && begin <= finding.range.end.offset;
      if (here && !finding.fix.empty()) actions.push_back(fix_action(document, finding, positions));
    }
  }
  // Linting after each fix takes its time: only for those who ask.
  if (is_wanted(params, "source.fixAll.ibtest", false)) {
    if (const auto fixed = document.fixed_text()) {
      const json edit = {{"range", positions.json_range(0, document.text().size())}, {"newText", *fixed}};
      actions.push_back({{"title", "Mend all that leaves no doubt"},
                         {"kind", "source.fixAll.ibtest"},
                         {"edit", workspace_edit(document, json::array({edit}))}});
    }
  }
  return actions;
}

}  // namespace ibtest
