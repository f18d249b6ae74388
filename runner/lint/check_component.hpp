#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "actions/action.hpp"
#include "actions/checks/check_parameters.hpp"
#include "agent/document/diagnostic.hpp"
#include "agent/document/document.hpp"
#include "runner/lint/shell_results.hpp"

namespace ibtest {

/// What is known about the use of a component from outside it.
struct ComponentUse {
  std::optional<Platform> platform = {};  ///< nothing: the one that it seems to be meant for
  ParameterValues parameters = {};
  std::filesystem::path file = {};  ///< of the document, for those that it executes; empty: it has none of its own
  const ShellResults* shell_results = nullptr;  ///< of its scripts; null pointer: they were not checked
};

/// Checks one component document with every rule, whatever their severities are set to, and applies its suppressions.
/// Diagnostics sorted.
[[nodiscard]] DocumentResult check_component(const std::shared_ptr<const SourceText>& source, const ComponentUse& use);

}  // namespace ibtest
