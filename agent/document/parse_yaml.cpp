#include <sstream>
#include <string>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "agent/document/text_checks.hpp"
#include "agent/document/yaml_builder.hpp"
#include "agent/document/yaml_explain.hpp"
#include "agent/document/yaml_tree.hpp"

namespace ibtest {

namespace {

/// `%` at the start of a line makes a directive; only %YAML and %TAG mean anything, others are text gone astray.
bool check_directives(const SourceText& source, Findings& findings) {
  for (std::size_t number = 1; number <= source.line_count(); ++number) {
    const std::string_view line = source.line(number);
    if (line.empty() || line.starts_with('#')) continue;
    if (!line.starts_with('%')) return true;
    if (line.starts_with("%YAML ") || line.starts_with("%TAG ")) continue;
    const std::size_t start = source.line_start(number);
    findings.add("yaml-directive"_code, source.range(start, start + line.size()),
                 "a line that starts with `%` is a YAML directive, and YAML knows no such one", "remove the line");
    return false;
  }
  return true;
}

/// Reads the events; false when the reason is among the findings.
bool read(const SourceText& source, YamlBuilder& builder, Findings& findings) {
  std::string_view text = source.text();
  std::size_t skipped = 0;
  if (text.starts_with(byte_order_mark)) {
    skipped = byte_order_mark.size();
    text.remove_prefix(skipped);
  }
  std::istringstream stream{std::string(text)};
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return true;
  } catch (const YamlAborted&) {
    return false;
  } catch (const YAML::ParserException& error) {
    const std::size_t offset = error.mark.pos < 0 ? 0 : static_cast<std::size_t>(error.mark.pos);
    explain_syntax_error(source, builder.progress(), error.msg, std::min(offset + skipped, source.text().size()),
                         findings);
    return false;
  }
}

}  // namespace

YamlResult parse_yaml(const std::shared_ptr<const SourceText>& source, const YamlBudget& budget) {
  Findings findings(*source);
  YamlResult result;
  const std::size_t size = source->text().size();
  if (size > budget.bytes) {
    findings.add("document-too-large"_code, {},
                 "the file has " + std::to_string(size) + " bytes, which is more than ibtest reads (" +
                     std::to_string(budget.bytes) + ")",
                 "a component document holds at most 65,536 bytes: download large content in a step instead");
  } else if (check_characters(*source, findings) && check_directives(*source, findings)) {
    YamlBuilder builder(*source, budget, findings);
    if (read(*source, builder, findings)) {
      builder.report_unused_anchors();
      result.root = builder.take_root();
      const bool blank = !result.root || result.root->is_null();
      if (blank) {
        result.root.reset();
        findings.add("empty-document"_code, {}, "the document is empty",
                     "a component document needs at least `schemaVersion` and `phases`");
      }
    }
  }
  result.diagnostics = findings.take();
  return result;
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

}  // namespace ibtest
