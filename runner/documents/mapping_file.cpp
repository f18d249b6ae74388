#include "runner/documents/mapping_file.hpp"

#include <memory>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/documents/text_file.hpp"

namespace ibtest {

namespace {

constexpr std::size_t size_limit = 1U << 20U;

}  // namespace

YamlNode read_mapping_file(const std::string& path, const std::string& form) {
  const std::string text = read_text_file(path, size_limit);
  if (text.size() > size_limit) throw Fault(ExitStatus::not_runnable, path + ": the file is larger than 1 MiB", form);
  YamlNode empty;
  empty.kind = YamlNode::Kind::mapping;
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return empty;
  YamlResult yaml = parse_yaml(std::make_shared<const SourceText>(path, text));
  for (const Diagnostic& diagnostic : yaml.diagnostics) {
    if (diagnostic.code == "empty-document") return empty;  // only comments
    if (diagnostic.severity != Severity::error) continue;
    throw Fault(ExitStatus::not_runnable, place_in(path, diagnostic.range) + ": " + diagnostic.message,
                diagnostic.suggestion);
  }
  if (!yaml.root || !yaml.root->is_mapping())
    throw Fault(ExitStatus::not_runnable, path + ": this is no mapping", form);
  return std::move(*yaml.root);
}

std::string place_in(const std::string& file, const SourceRange& range) {
  return fmt::format("{}:{}:{}", file, range.begin.line, range.begin.column);
}

}  // namespace ibtest
