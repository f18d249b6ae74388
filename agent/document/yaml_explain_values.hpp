#pragma once

#include <cstddef>
#include <string>

#include "agent/document/findings.hpp"
#include "agent/document/yaml_builder.hpp"

namespace ibtest {

// Each reports one way in which a value can go wrong as YAML. `offset` is where the value starts or where the parser
// stopped. Those that give a bool say whether the value was wrong in their way.

/// The character at that place.
[[nodiscard]] SourceRange character_at(const SourceText& source, std::size_t offset);

/// A quote that nothing closes.
void explain_open_quote(const SourceText& source, std::size_t offset, Findings& findings);

/// A value that starts with `{{` and is not quoted (GOTCHA-20); inside brackets it ends before the next comma or
/// bracket.
void explain_unquoted_reference(const SourceText& source, std::size_t offset, bool in_brackets, Findings& findings);

/// A value that starts with `!`, which YAML takes for a tag.
void explain_unknown_tag(const SourceText& source, std::size_t offset, const std::string& tag, Findings& findings);

/// A colon without anything before it, such as that of the shell's no-op command.
void explain_empty_key(const SourceText& source, std::size_t offset, Findings& findings);

/// A backslash in double quotes that begins no escape.
void explain_escape(const SourceText& source, std::size_t offset, Findings& findings);

/// A value that starts with a character that YAML keeps for itself.
void explain_reserved(const SourceText& source, std::size_t offset, Findings& findings);

/// `*name` without `&name` before it.
void explain_alias(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                   Findings& findings);

/// A bracket too many, or one too few.
void explain_bracket(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                     Findings& findings);

/// `: ` inside an unquoted value starts a mapping where none can stand.
bool explain_colon(const SourceText& source, std::size_t offset, Findings& findings);

/// `- echo 'a: [b] c'`: the colon made a key of the text before it, and what follows cannot be read as its value. Keys
/// have no blanks.
bool explain_colon_in_text(const SourceText& source, std::size_t offset, Findings& findings);

/// Something follows a quoted value, a closed bracket or an alias on its line.
bool explain_text_after_value(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                              Findings& findings);

}  // namespace ibtest
