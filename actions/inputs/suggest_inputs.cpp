#include "actions/inputs/suggest_inputs.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "agent/document/field_reader.hpp"
#include "agent/document/nearest_name.hpp"
#include "agent/document/unicode.hpp"
#include "agent/document/written_value.hpp"

namespace ibtest {

namespace {

struct OtherName {
  std::string_view written;
  std::string_view meant;
};

// What shells, Ansible and other tools call them.
constexpr auto other_inputs = std::to_array<OtherName>({
    {"mode", "permissions"},    {"chmod", "permissions"}, {"user", "owner"},        {"src", "source"},
    {"from", "source"},         {"url", "source"},        {"uri", "source"},        {"dest", "destination"},
    {"dst", "destination"},     {"to", "destination"},    {"text", "content"},      {"data", "content"},
    {"args", "arguments"},      {"script", "commands"},   {"run", "commands"},      {"cmd", "commands"},
    {"runCommand", "commands"}, {"recurse", "recursive"}, {"recursive", "recurse"}, {"pattern", "fileNamePattern"},
    {"delay", "delaySeconds"},  {"hash", "checksum"},     {"link", "path"},
});

// Actions of Systems Manager and other tools.
constexpr auto other_actions = std::to_array<OtherName>({
    {"aws:runShellScript", "ExecuteBash"},
    {"aws:runPowerShellScript", "ExecutePowerShell"},
    {"aws:downloadContent", "S3Download"},
    {"ExecuteShell", "ExecuteBash"},
    {"ExecuteCommand", "ExecuteBash"},
    {"ExecuteScript", "ExecuteBash"},
    {"RunScript", "ExecuteBash"},
    {"RunCommand", "ExecuteBash"},
    {"DownloadFile", "WebDownload"},
    {"CreateDirectory", "CreateFolder"},
    {"DeleteDirectory", "DeleteFolder"},
    {"CopyDirectory", "CopyFolder"},
    {"MoveDirectory", "MoveFolder"},
    {"RenameFile", "MoveFile"},
    {"WriteFile", "CreateFile"},
    {"InstallPackage", "ExecuteBash"},
});

template <std::size_t Size>
std::string_view meant_by(const std::array<OtherName, Size>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name, &OtherName::written);
  return found == names.end() ? std::string_view() : found->meant;
}

std::string without_dashes(std::string_view name) {
  std::string text(name);
  std::erase(text, '-');
  return text;
}

/// What stands in the source, when it is one line: a list or mapping in brackets to its end, all else to the end of the
/// line.
std::string_view written(const YamlNode& node, const SourceText& source) {
  const std::size_t begin = node.range.begin.offset;
  if (node.style != YamlNode::Style::flow) return value_on_line(source, begin);
  return source.text().substr(begin, node.range.end.offset - begin);
}

bool is_on_one_line(const YamlNode& node) {
  return node.range.begin.line == node.range.end.line;
}

}  // namespace

std::vector<std::string_view> input_names(const ActionModule& module) {
  std::vector<std::string_view> names;
  for (const InputField& field : module.inputs)
    names.push_back(field.name);
  return names;
}

std::string required_names(const ActionModule& module) {
  std::vector<std::string_view> names;
  for (const InputField& field : module.inputs) {
    if (field.required) names.push_back(field.name);
  }
  std::string text = enumerate(names);
  for (const std::string_view name : module.one_of)
    text += (text.empty() ? "" : " or ") + in_backticks(name);
  return text;
}

std::string suggest_input(const ActionModule& module, std::string_view name) {
  const auto names = input_names(module);
  if (const auto meant = meant_by(other_inputs, name); std::ranges::find(names, meant) != names.end())
    return "did you mean " + in_backticks(meant) + "?";
  return did_you_mean(name, names, "it takes " + enumerate(names));
}

std::string suggest_accepted(const InputField& field, std::string_view value) {
  std::vector<std::string_view> listed;
  for (const std::string_view name : field.accepted) {
    const bool again = std::ranges::any_of(
        listed, [name](std::string_view other) { return without_dashes(name) == without_dashes(other); });
    if (!again) listed.push_back(name);
  }
  return did_you_mean(value, field.accepted, "use one of " + enumerate(listed));
}

std::string suggest_item(const ActionModule& module, const YamlNode& item) {
  const auto required = std::ranges::count_if(module.inputs, &InputField::required);
  if (required == 1 && item.is_scalar() && !item.text.empty()) {
    const auto field = std::ranges::find_if(module.inputs, &InputField::required);
    return "write " + in_backticks("- " + std::string(field->name) + ": " + item.text);
  }
  return "write " + required_names(module) + " in each item";
}

std::string suggest_text(const ActionModule& module, const InputField& field, const YamlNode& value,
                         const SourceText& source) {
  if (field.type != InputType::string) return {};
  if (value.is_sequence() && module.shape == InputShape::list && value.style == YamlNode::Style::block)
    return "write an item of `inputs` for each of them";
  if (value.style == YamlNode::Style::flow && is_on_one_line(value)) return quote_it(written(value, source));
  return "if it is a text, write `" + std::string(field.name) + ": |` and the text below it, indented";
}

std::string suggest_list(const InputField& field, const YamlNode& value) {
  constexpr std::size_t longest = 60;
  if (!value.is_scalar()) return {};
  if (value.style == YamlNode::Style::literal || value.style == YamlNode::Style::folded)
    return "write `- |` on the line below `" + std::string(field.name) + ":`, and indent the text below that";
  if (value.text.size() > longest || value.style != YamlNode::Style::plain)
    return "begin each entry with `- ` on a line of its own";
  return "write " + in_backticks("- " + value.text) + " on a line of its own";
}

std::string suggest_entry(const YamlNode& entry, const SourceText& source) {
  if (entry.is_sequence() && entry.style == YamlNode::Style::block) return "remove one of the dashes";
  if (!is_on_one_line(entry)) return "write it as one text, quoted or in a `|` block";
  return quote_it(written(entry, source));
}

std::string suggest_other_action(Platform platform) {
  return platform == Platform::windows ? "do it in a script with ExecutePowerShell"
                                       : "do it in a script with ExecuteBash";
}

std::string suggest_action(std::string_view name) {
  if (const auto meant = meant_by(other_actions, name); !meant.empty())
    return "did you mean " + in_backticks(meant) + "?";
  return did_you_mean(name, action_names(), "action names are case-sensitive, e.g. `ExecuteBash`, `CreateFile`");
}

}  // namespace ibtest
