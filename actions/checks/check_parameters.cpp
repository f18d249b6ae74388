#include "actions/checks/check_parameters.hpp"

#include <algorithm>
#include <string_view>

#include "agent/document/field_reader.hpp"
#include "agent/document/findings.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

std::vector<Diagnostic> check_parameters(const Document& document, const ParameterValues& values) {
  Findings findings(*document.source);
  for (const auto& [name, value] : values) {
    if (const Constant* constant = document.find_constant(name)) {
      findings.add("constant-override"_code, constant->name.range,
                   in_backticks(name) + " is a constant and cannot be given another value",
                   "declare it under `parameters` if it should be settable");
      continue;
    }
    const Parameter* parameter = document.find_parameter(name);
    if (parameter == nullptr || parameter->allowed_values.empty()) continue;
    const auto& allowed = parameter->allowed_values;
    if (std::ranges::find(allowed, value) != allowed.end()) continue;
    const std::vector<std::string_view> names(allowed.begin(), allowed.end());
    findings.add(
        "value-not-allowed"_code, parameter->name.range,
        "the value " + in_backticks(value) + " given for " + in_backticks(name) + " is none of its `allowedValues`",
        did_you_mean(value, names, "use one of " + enumerate(names)));
  }
  auto diagnostics = findings.take();
  sort_and_deduplicate(diagnostics);
  return diagnostics;
}

void drop_settled_warnings(std::vector<Diagnostic>& diagnostics, const Document& document,
                           const ParameterValues& values) {
  std::erase_if(diagnostics, [&](const Diagnostic& diagnostic) {
    return diagnostic.code == "parameter-without-default" &&
           std::ranges::any_of(document.parameters, [&](const Parameter& parameter) {
             return parameter.name.range == diagnostic.range && values.contains(parameter.name.value);
           });
  });
}

}  // namespace ibtest
