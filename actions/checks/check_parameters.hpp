#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/document.hpp"

namespace ibtest {

/// Values for parameters, by name, as given on the command line or by a recipe.
using ParameterValues = std::map<std::string, std::string>;

/// Checks given values against what the document declares: values outside `allowedValues` (VAR-4) and values for
/// constants (VAR-5, D-17) are errors, placed at the declaration. Names that the document does not declare are none of
/// its business (D-1).
[[nodiscard]] std::vector<Diagnostic> check_parameters(const Document& document, const ParameterValues& values);

/// Removes the warnings about parameters without default (VAR-15) that a given value settles.
void drop_settled_warnings(std::vector<Diagnostic>& diagnostics, const Document& document,
                           const ParameterValues& values);

}  // namespace ibtest
