#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "runner/lint/fix_source.hpp"
#include "runner/lint/lint_report.hpp"
#include "tests/fuzz/diagnostic_checks.hpp"

namespace {

using namespace ibtest;
using namespace ibtest::fuzz;

void check_fix(const SourceText& source, const Diagnostic& finding) {
  std::size_t last = 0;
  for (const TextEdit& edit : finding.fix) {
    require(edit.begin >= last && edit.end >= edit.begin, "edits are in order");
    require(edit.end <= source.text().size(), "an edit lies inside the text");
    last = edit.end;
  }
}

}  // namespace

// The file as a component document, a template or a plan; then its fixes, and all reports.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source =
      std::make_shared<const SourceText>("fuzz.yml", std::string(reinterpret_cast<const char*>(data), size));
  static_cast<void>(lint_source(source, {}, false));
  LintResult result;
  result.files.push_back(lint_source(source, {}, true));
  LintedFile& file = result.files.front();
  for (const Diagnostic& finding : file.findings) {
    check_diagnostic(*source, finding);
    check_fix(*source, finding);
  }
  const FixedFile fixed = fix_source(file, {}, true);
  require(!fixed.file.unreadable || file.unreadable, "a document that could be read can still be read");
  require(fixed.count > 0 || fixed.file.source == source, "no fix, no change");
  file.fixed = fixed.file.source;
  for (const std::string& text :
       {json_report(result), sarif_report(result), github_report(result), junit_report(result), diff_report(result)})
    require(text.empty() || text.ends_with('\n'), "a report ends in a line break");
  return 0;
}
