#include "runner/lint/shell_output.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "agent/document/source_text.hpp"
#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

using nlohmann::json;

/// Columns count characters from 1.
std::size_t offset_of(const SourceText& script, std::size_t line, std::size_t column) {
  if (line > script.line_count()) return script.text().size();
  const std::size_t end = script.line_start(line) + script.line(line).size();
  std::size_t offset = script.line_start(line);
  for (std::size_t passed = 1; passed < column && offset < end; ++passed)
    offset += decode_utf8(script.text(), offset).length;
  return offset;
}

/// A mistake as ShellCheck sees it does not keep a script from running; `bash -n` decides about those that may.
Severity severity_of(std::string_view level) {
  return level == "error" || level == "warning" ? Severity::warning : Severity::hint;
}

ShellFinding finding_of(const json& comment, const SourceText& script) {
  ShellFinding finding;
  const std::string level = comment.at("level");
  finding.code = fmt::format("SC{:04}", comment.at("code").get<unsigned>());
  finding.severity = severity_of(level);
  finding.begin = offset_of(script, comment.at("line"), comment.at("column"));
  finding.end = std::max(finding.begin, offset_of(script, comment.at("endLine"), comment.at("endColumn")));
  finding.message = comment.at("message");
  while (finding.message.ends_with('.'))
    finding.message.pop_back();
  finding.is_parse_error = level == "error" && finding.code.starts_with("SC1");
  return finding;
}

}  // namespace

std::optional<std::multimap<std::string, ShellFinding>> read_shellcheck_output(std::string_view output,
                                                                               const ScriptFiles& files) {
  try {
    const json report = json::parse(output);
    std::multimap<std::string, ShellFinding> findings;
    std::map<std::string, SourceText> scripts;
    for (const json& comment : report.at("comments")) {
      const std::string path = comment.at("file");
      const auto file = files.find(path);
      if (file == files.end()) return std::nullopt;
      const auto script = scripts.try_emplace(path, path, *file->second).first;
      findings.emplace(path, finding_of(comment, script->second));
    }
    return findings;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::optional<ShellFinding> read_bash_output(std::string_view output, const std::string& path,
                                             std::string_view script) {
  // PATH: line 3: syntax error near unexpected token `fi'
  const std::string start = path + ": line ";
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    if (!line.starts_with(start)) continue;
    line.remove_prefix(start.size());
    std::size_t number = 0;
    const auto [behind, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    line.remove_prefix(static_cast<std::size_t>(behind - line.data()));
    if (error != std::errc() || !line.starts_with(": ") || line.starts_with(": warning:")) continue;
    const SourceText source(path, std::string(script));
    // The end of the script is a line behind its last one.
    const bool inside = number >= 1 && number <= source.line_count();
    const std::size_t begin = inside ? source.line_start(number) : script.size();
    const std::string_view text = inside ? source.line(number) : std::string_view();
    const std::size_t indentation = std::min(text.find_first_not_of(" \t"), text.size());
    return ShellFinding{"shell-syntax", Severity::error, begin + indentation, begin + text.size(),
                        std::string(line.substr(2))};
  }
  return std::nullopt;
}

}  // namespace ibtest
