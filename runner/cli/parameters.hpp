#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/document/document.hpp"

namespace ibtest {

using ParameterValues = std::map<std::string, std::string>;

/// Values of texts `name=value` that came with `flag`: split at the first `=` only. Throws Fault (not_runnable) for
/// one without `=`, without name or value (VAR-16), or given twice with different values.
[[nodiscard]] ParameterValues parse_parameters(const std::vector<std::string>& assignments, std::string_view flag);

/// A JSON or YAML mapping of name: value; numbers and booleans are taken as their text (STEP-8). Throws Fault
/// (not_runnable) naming the place.
[[nodiscard]] ParameterValues read_parameters_file(const std::string& path);

/// Both, the command line winning.
[[nodiscard]] ParameterValues merge_parameters(const ParameterValues& from_file, const ParameterValues& from_flags);

/// The values of a run.
struct GivenParameters {
  ParameterValues common;                         ///< for every document
  std::vector<ParameterValues> of_document = {};  ///< parallel to the documents, or empty; these win (CFG-3)

  /// All values that are meant for a document, declared or not.
  [[nodiscard]] ParameterValues for_document(std::size_t index) const;
};

struct ParameterCheck {
  std::vector<std::string> errors;      ///< a constant (D-17), a value not allowed (VAR-4)
  std::vector<std::string> undeclared;  ///< names that no document it was given for declares (D-1)
  std::vector<std::string> warnings;    ///< neither default nor value (VAR-15, D-2)
};

/// Checks the values against what the documents declare. `flag` is the one that more of them can be given with;
/// values of `secrets` are not shown.
[[nodiscard]] ParameterCheck check_parameters(const std::vector<const Document*>& documents,
                                              const GivenParameters& given, std::string_view flag = "--param",
                                              const std::vector<std::string>& secrets = {});

/// The values of parameters that no log and no message may show (--secret).
struct SecretParameters {
  std::vector<std::string> values;
  std::vector<std::string> warnings;  ///< what of them will be seen all the same
};
/// `names` of parameters, each with the values that the documents get. Throws Fault (not_runnable) for a name that no
/// document declares as a parameter.
[[nodiscard]] SecretParameters secret_parameters(const std::vector<const Document*>& documents,
                                                 const GivenParameters& given, const std::vector<std::string>& names);

/// The values that a document declares; what others of the run declare is left out (D-1).
[[nodiscard]] ParameterValues parameters_for(const Document& document, const ParameterValues& values);

}  // namespace ibtest
