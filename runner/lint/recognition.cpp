#include "runner/lint/recognition.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "actions/action.hpp"
#include "agent/document/nearest_name.hpp"
#include "runner/lint/json_tree.hpp"

namespace ibtest {

namespace {

/// Templates may be larger than documents; everything is still bounded.
constexpr YamlBudget host_budget = {8U << 20U, 1'000'000, 100, 64U << 20U};

using KeySet = std::set<std::string_view>;

/// Keys at the start of lines: those of the top-level mapping, however broken the text is.
KeySet keys_at_margin(const SourceText& source) {
  KeySet keys;
  for (std::size_t number = 1; number <= source.line_count(); ++number) {
    const std::string_view line = source.line(number);
    const std::size_t end = line.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (end != std::string_view::npos && end > 0 && line[end] == ':') keys.insert(line.substr(0, end));
  }
  return keys;
}

KeySet keys_of(const YamlNode& mapping) {
  KeySet keys;
  for (const YamlEntry& entry : mapping.entries)
    keys.insert(entry.key.text);
  return keys;
}

bool is_systems_manager_document(const KeySet& keys) {
  return keys.contains("mainSteps") || keys.contains("runtimeConfig");
}

/// Whether a step of a list has an action of components: workflow documents have steps too.
bool has_component_action(const YamlNode& steps) {
  return std::ranges::any_of(steps.items, [](const YamlNode& step) {
    const YamlNode* action = step.find("action");
    return action != nullptr && find_action(action->text) != nullptr;
  });
}

/// What else a mapping clearly is; empty when nothing is known that it would be.
std::string_view other_kind(const YamlNode& root, const KeySet& keys) {
  if (keys.contains("version") && keys.contains("phases") && !keys.contains("schemaVersion"))
    return "a CodeBuild build specification";
  const YamlNode* steps = root.find("steps");
  if (steps != nullptr && keys.contains("schemaVersion") && !keys.contains("phases") && !has_component_action(*steps))
    return "an Image Builder workflow document";
  return {};
}

bool contains(const SourceText& source, std::string_view text) {
  return source.text().find(text) != std::string_view::npos;
}

/// Whether there is such a key, or one that is a misspelling of it.
bool has_key_like(const KeySet& keys, std::string_view wanted) {
  return std::ranges::any_of(
      keys, [&](std::string_view key) { return certain_name(key, std::span(&wanted, 1)).has_value(); });
}

/// Whether a mapping that nobody has named is meant to be a component document.
bool looks_like_component(const YamlNode& root, const KeySet& keys) {
  if (is_systems_manager_document(keys)) return false;
  if (const YamlNode* phases = root.find("phases")) {
    return keys.contains("schemaVersion") ||
           (phases->is_sequence() && std::ranges::any_of(phases->items, [](const YamlNode& phase) {
              return phase.find("steps") != nullptr && phase.find("name") != nullptr;
            }));
  }
  return keys.contains("schemaVersion") && (has_key_like(keys, "phases") || keys.contains("steps"));
}

Recognition recognise_mapping(const YamlNode& root, bool named) {
  const KeySet keys = keys_of(root);
  Recognition result;
  result.otherwise = std::string(other_kind(root, keys));
  if (!result.otherwise.empty()) return result;
  const bool component =
      named ? has_key_like(keys, "schemaVersion") || has_key_like(keys, "phases") : looks_like_component(root, keys);
  if (component) result.kind = Recognition::Kind::component;
  return result;
}

const HostFormat* marked_format(const SourceText& source) {
  const auto found =
      std::ranges::find_if(host_formats, [&](const HostFormat* format) { return contains(source, format->marker); });
  return found == host_formats.end() ? nullptr : *found;
}

Recognition recognise_tree(const std::shared_ptr<const SourceText>& source, YamlNode root, bool named) {
  for (const HostFormat* format : host_formats) {
    if (!root.is_mapping() || !format->matches(root)) continue;
    Recognition result;
    result.kind = Recognition::Kind::host;
    result.format = format;
    result.tree = std::make_shared<const YamlNode>(std::move(root));
    result.components = format->find(*result.tree, source);
    return result;
  }
  if (root.is_mapping()) return recognise_mapping(root, named);
  Recognition result;
  if (named) result.kind = Recognition::Kind::component;
  return result;
}

/// A text that is no YAML.
Recognition recognise_broken(const SourceText& source, const KeySet& keys, std::vector<Diagnostic> diagnostics,
                             bool named) {
  Recognition result;
  if (const HostFormat* format = marked_format(source)) {
    result.kind = Recognition::Kind::host;
    result.format = format;
    result.diagnostics = std::move(diagnostics);
    std::erase_if(result.diagnostics, [](const Diagnostic& found) { return found.code == "unknown-tag"; });
  } else if (named || (keys.contains("phases") && contains(source, "action:"))) {
    result.kind = Recognition::Kind::component;
  }
  return result;
}

}  // namespace

Recognition recognise(const std::shared_ptr<const SourceText>& source, bool named) {
  const bool may_be = contains(*source, "schemaVersion") || contains(*source, "phases") || marked_format(*source);
  if (!may_be && !named) return {};
  const KeySet keys = keys_at_margin(*source);
  if (keys.contains("schemaVersion") && keys.contains("phases") && !is_systems_manager_document(keys)) {
    Recognition result;
    result.kind = Recognition::Kind::component;
    return result;
  }
  const std::size_t first = source->text().find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first != std::string_view::npos && source->text()[first] == '{') {
    if (auto root = parse_json(source)) {
      Recognition result = recognise_tree(source, std::move(*root), named);
      result.is_json = true;
      return result;
    }
  }
  YamlResult yaml = parse_yaml(source, host_budget);
  if (yaml.root) return recognise_tree(source, std::move(*yaml.root), named);
  return recognise_broken(*source, keys, std::move(yaml.diagnostics), named);
}

}  // namespace ibtest
