#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/document/findings.hpp"
#include "agent/document/yaml_builder.hpp"

namespace ibtest {

/// Explains, in terms of the document, why the text cannot be read on at `offset`. `reason` is the YAML parser's own
/// text; it never reaches a message.
void explain_syntax_error(const SourceText& source, const YamlBuilder::Progress& progress, std::string_view reason,
                          std::size_t offset, Findings& findings);

/// Text after the end of the document that no `---` introduces: wrong indentation, or something behind a value.
void explain_stray_text(const SourceText& source, const YamlBuilder::Progress& progress, std::size_t offset,
                        Findings& findings);

/// A value that starts with `{{` and is not quoted (GOTCHA-20). Inside brackets it is not the rest of the line.
void explain_unquoted_reference(const SourceText& source, std::size_t offset, bool in_brackets, Findings& findings);

/// A value that starts with `!`, which YAML takes for a tag.
void explain_unknown_tag(const SourceText& source, std::size_t offset, const std::string& tag, Findings& findings);

}  // namespace ibtest
