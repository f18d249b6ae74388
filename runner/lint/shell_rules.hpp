#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/document/diagnostic.hpp"
#include "agent/document/document.hpp"
#include "runner/lint/shell_results.hpp"

namespace ibtest {

/// Whether it is the form of a code of ShellCheck, such as "SC2086". These are rules too.
[[nodiscard]] bool is_shellcheck_code(std::string_view id);
/// The page that explains a code of ShellCheck.
[[nodiscard]] std::string shellcheck_page(std::string_view code);

/// The rules whose findings come with the scripts' results.
[[nodiscard]] bool is_shell_rule(std::string_view id);
/// Those about a script that cannot be read.
[[nodiscard]] bool is_shell_syntax_rule(std::string_view id);
/// Those that find a text where a value is expected to vary: nothing is wrong with it where the text is not known yet.
[[nodiscard]] bool is_shell_constant_rule(std::string_view id);

/// The scripts' results as findings about the document; those about references, which are known only later, are left
/// out. Sets `complete` where ShellCheck has looked at all scripts.
[[nodiscard]] std::vector<Diagnostic> find_in_scripts(const Document& document, const ShellResults& results,
                                                      bool& complete);

}  // namespace ibtest
