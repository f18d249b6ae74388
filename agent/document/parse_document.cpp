#include <algorithm>
#include <array>
#include <string>

#include "agent/document/document.hpp"
#include "agent/document/document_keys.hpp"
#include "agent/document/document_parts.hpp"
#include "agent/document/field_reader.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

constexpr std::size_t inline_limit = 16'000;                      // characters (DOC-11, D-20)
constexpr std::size_t near_inline_limit = inline_limit / 10 * 9;  // SVC-9

void check_size(const SourceText& source, std::size_t most_bytes, Findings& findings) {
  const std::size_t bytes = source.text().size();
  if (bytes > most_bytes) {
    findings.add("document-too-large"_code, {},
                 "the document has " + std::to_string(bytes) + " bytes, and Image Builder accepts at most " +
                     std::to_string(most_bytes),
                 "move long scripts to S3 and fetch them in a step, or split the document into several components");
    return;
  }
  const auto characters = static_cast<std::size_t>(std::ranges::count_if(
      source.text(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
  if (characters > inline_limit) {
    findings.add("over-inline-limit"_code, {},
                 "the document has " + std::to_string(characters) + " characters, and CreateComponent takes at most " +
                     std::to_string(inline_limit) + " inline",
                 "upload it to S3 and pass its `uri`");
  } else if (characters > near_inline_limit) {
    findings.add("near-inline-limit"_code, {},
                 "the document has " + std::to_string(characters) + " characters, and " +
                     std::to_string(inline_limit - characters) + " more are all that CreateComponent takes inline",
                 "fetch long scripts in a step, or upload the document to S3 and pass its `uri`");
  }
}

/// Whether a text is another way of writing 1.0: `1.00`, `v1`, `1.0.0`.
bool means_version_one(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  if (!text.starts_with('1')) return false;
  text.remove_prefix(1);
  while (text.starts_with(".0")) {
    text.remove_prefix(2);
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  }
  return text.empty() || text == ".";
}

void check_document_keys(const YamlNode& root, Findings& findings) {
  check_keys(root, "a component document", document_keys, findings,
             root.find("steps") == nullptr
                 ? ""
                 : "steps belong to a phase: write `phases:`, below it `- name: build`, and the steps below that");
}

/// A file of another kind, told by its keys, is one finding and not one per key.
bool report_other_kind(const YamlNode& root, Findings& findings) {
  struct Kind {
    std::string_view key;
    std::string_view what;
  };
  constexpr auto kinds = std::to_array<Kind>({{"Resources", "a template of CloudFormation"},
                                              {"AWSTemplateFormatVersion", "a template of CloudFormation"},
                                              {"mainSteps", "a document of Systems Manager"},
                                              {"apiVersion", "a manifest of Kubernetes"},
                                              {"jobs", "a workflow of a CI service"},
                                              {"components", "a recipe"}});
  if (root.find("phases") != nullptr) return false;
  const auto* const kind =
      std::ranges::find_if(kinds, [&root](const Kind& known) { return root.find(known.key) != nullptr; });
  if (kind == kinds.end()) return false;
  findings.add("wrong-type"_code, head_range(root), "this is " + std::string(kind->what) + ", not a component document",
               "a component document has `schemaVersion` and `phases`");
  return true;
}

/// 1.0, "1.0" and 1 (DOC-2).
void check_schema_version(const YamlNode& root, Findings& findings) {
  const YamlNode* version = find_field(root, "schemaVersion", document_keys);
  if (version == nullptr) {
    findings.add("schema-version"_code, head_range(root), "the document has no `schemaVersion`",
                 "add `schemaVersion: 1.0`");
    return;
  }
  if (version->is_scalar() &&
      (version->text == schema_version || (version->text == "1" && version->style == YamlNode::Style::plain))) {
    return;
  }
  const std::string given = version->is_scalar()
                                ? (version->text == "1" ? ", not the quoted " : ", not ") + in_backticks(version->text)
                                : std::string();
  Diagnostic& finding = findings.add("schema-version"_code, version->range, "`schemaVersion` must be 1.0" + given,
                                     "write `schemaVersion: 1.0`, the only version there is");
  const bool one_line = version->range.begin.line == version->range.end.line;
  if (version->is_scalar() && one_line && means_version_one(version->text))
    finding.fix = {{version->range.begin.offset, version->range.end.offset, "1.0"}};
}

std::string read_free_text(const YamlNode& root, std::string_view key, Findings& findings) {
  const YamlNode* node = root.find(key);
  if (node == nullptr || node->is_null()) return {};
  return read_text(*node, '`' + std::string(key) + '`', findings).value_or("");
}

Document read_document(const std::shared_ptr<const SourceText>& source, const YamlNode& root, Findings& findings) {
  Document document;
  document.source = source;
  check_document_keys(root, findings);
  check_schema_version(root, findings);
  document.name = read_free_text(root, "name", findings);
  document.description = read_free_text(root, "description", findings);
  if (const YamlNode* logging = root.find("disableLogging")) {
    document.disable_logging = read_boolean(*logging, "`disableLogging`", findings).value_or(false);
  }
  if (const YamlNode* parameters = root.find("parameters")) {
    document.parameters = read_parameters(*parameters, findings);
  }
  if (const YamlNode* constants = root.find("constants")) document.constants = read_constants(*constants, findings);
  check_variable_names(document.parameters, document.constants, findings);
  if (const YamlNode* phases = find_field(root, "phases", document_keys)) {
    document.phases = read_phases(*phases, findings);
  } else {
    findings.add("missing-key"_code, head_range(root), "the document has no `phases`",
                 "add `phases` with at least one of `build`, `validate` and `test`");
  }
  return document;
}

}  // namespace

const Parameter* Document::find_parameter(std::string_view wanted) const {
  const auto found = std::ranges::find_if(parameters, [&](const auto& item) { return item.name.value == wanted; });
  return found == parameters.end() ? nullptr : &*found;
}

const Constant* Document::find_constant(std::string_view wanted) const {
  const auto found = std::ranges::find_if(constants, [&](const auto& item) { return item.name.value == wanted; });
  return found == constants.end() ? nullptr : &*found;
}

const Phase* Document::find_phase(std::string_view wanted) const {
  const auto found = std::ranges::find_if(phases, [&](const auto& item) { return item.name.value == wanted; });
  return found == phases.end() ? nullptr : &*found;
}

DocumentResult parse_document(const std::shared_ptr<const SourceText>& source, std::size_t most_bytes) {
  Findings findings(*source);
  DocumentResult result;
  YamlResult yaml = parse_yaml(source);
  const bool refused_by_size = std::ranges::any_of(
      yaml.diagnostics, [](const Diagnostic& diagnostic) { return diagnostic.code == "document-too-large"; });
  if (!refused_by_size) check_size(*source, most_bytes, findings);
  findings.add(std::move(yaml.diagnostics));
  if (yaml.root && yaml.root->is_mapping()) {
    if (!report_other_kind(*yaml.root, findings)) result.document = read_document(source, *yaml.root, findings);
  } else if (yaml.root) {
    report_type(*yaml.root, "a component document", "a mapping with `schemaVersion` and `phases`", findings);
  }
  result.diagnostics = findings.take();
  sort_and_deduplicate(result.diagnostics);
  return result;
}

}  // namespace ibtest
