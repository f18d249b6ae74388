#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "actions/check_document.hpp"
#include "agent/document/scalar_source.hpp"
#include "agent/document/unicode.hpp"

namespace {

using namespace ibtest;

void require(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "broken: " << what << '\n';
  std::abort();
}

void check_position(const SourceText& source, const SourcePosition& position) {
  require(position.offset <= source.text().size(), "a position lies inside the text");
  require(position == source.position(position.offset), "line and column belong to the offset");
}

void check_diagnostic(const SourceText& source, const Diagnostic& diagnostic) {
  require(!diagnostic.message.empty() && !diagnostic.code.empty(), "a finding says something");
  if (diagnostic.range.begin.line > 0) {
    check_position(source, diagnostic.range.begin);
    check_position(source, diagnostic.range.end);
    require(diagnostic.range.begin.offset <= diagnostic.range.end.offset, "a range does not end before it begins");
  }
  const std::string text = render(diagnostic, &source, false);
  require(text.size() < 4096, "a rendered finding is bounded");
  for (std::size_t offset = 0; offset < text.size();) {
    const DecodedCharacter character = decode_utf8(text, offset);
    require(character.valid && (text[offset] == '\n' || is_displayable(character.value)), "only printable text");
    offset += character.length;
  }
}

void check_node(const SourceText& source, const YamlNode& node) {
  check_position(source, node.range.begin);
  check_position(source, node.range.end);
  if (node.is_scalar() && !node.text.empty()) {
    const ScalarPositions positions(node, source);
    check_position(source, positions.at(0));
    check_position(source, positions.at(node.text.size() - 1));
  }
  for (const YamlNode& item : node.items)
    check_node(source, item);
  for (const YamlEntry& entry : node.entries)
    check_node(source, entry.value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source =
      std::make_shared<const SourceText>("fuzz.yml", std::string(reinterpret_cast<const char*>(data), size));
  const DocumentResult result = load_document(source);
  for (const Diagnostic& diagnostic : result.diagnostics)
    check_diagnostic(*source, diagnostic);
  require(result.document || has_errors(result.diagnostics), "a refused document has an error");
  if (!result.document) return 0;
  for (const Phase& phase : result.document->phases) {
    for (const Step& step : phase.steps) {
      if (step.inputs) check_node(*source, *step.inputs);
    }
  }
  return 0;
}
