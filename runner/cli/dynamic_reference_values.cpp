#include "runner/cli/dynamic_reference_values.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/document/nearest_name.hpp"
#include "agent/protocol/fault.hpp"
#include "runner/documents/mapping_file.hpp"

namespace ibtest {

namespace {

constexpr std::array<std::string_view, 3> sources = {"aws:ssm", "aws:imds", "context"};
constexpr const char* form = "the file holds `aws:ssm`, `aws:imds` and `context`, each a mapping of `name: value`";

GivenValue value_of(const std::string& path, const YamlEntry& entry) {
  if (entry.value.is_scalar()) return {entry.value.text, false};
  const YamlNode* const secure = entry.value.find("secure");
  if (secure != nullptr && secure->is_scalar() && entry.value.entries.size() == 1) return {secure->text, true};
  throw Fault(ExitStatus::not_runnable,
              fmt::format("{}: the value of `{}` is neither a text nor `secure: text`", place_in(path, entry.key.range),
                          entry.key.text),
              "write `name: value`, or `name: { secure: value }` for a secret");
}

void check_source(const std::string& path, const YamlNode& key) {
  if (std::ranges::find(sources, key.text) != sources.end()) return;
  const std::vector<std::string_view> names(sources.begin(), sources.end());
  const auto nearest = nearest_name(key.text, names);
  throw Fault(
      ExitStatus::not_runnable,
      fmt::format("{}: there are no references of the kind `{}`", place_in(path, key.range), key.text),
      nearest ? fmt::format("did you mean `{}`?", *nearest) : fmt::format("there are: {}", fmt::join(sources, ", ")));
}

}  // namespace

DynamicReferenceValues read_values_file(const std::string& path) {
  DynamicReferenceValues values;
  for (const YamlEntry& source : read_mapping_file(path, form).entries) {
    check_source(path, source.key);
    if (!source.value.is_mapping() && !source.value.is_null())
      throw Fault(ExitStatus::not_runnable,
                  fmt::format("{}: `{}` is no mapping", place_in(path, source.key.range), source.key.text), form);
    for (const YamlEntry& entry : source.value.entries)
      values[source.key.text][entry.key.text] = value_of(path, entry);
  }
  return values;
}

}  // namespace ibtest
