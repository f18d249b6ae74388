#include <cstddef>
#include <cstdint>
#include <string>

#include "actions/checks/check_document.hpp"
#include "agent/document/scalar_source.hpp"
#include "tests/fuzz/diagnostic_checks.hpp"

namespace {

using namespace ibtest;
using namespace ibtest::fuzz;

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
