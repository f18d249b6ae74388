#include "actions/inputs/component_arn.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "actions/inputs/split.hpp"
#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::string_view form =
    "arn:aws:imagebuilder:<region>:<account or aws>:component/<name>/<major>.<minor>.<patch>[/<build>]";

bool consists_of(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

bool is_owner(std::string_view text) {
  constexpr std::size_t account_digits = 12;
  if (consists_of(text, "0123456789")) return text.size() == account_digits;
  return consists_of(text, "abcdefghijklmnopqrstuvwxyz-");  // aws, aws-marketplace, third-party
}

bool is_component_name(std::string_view text) {
  return consists_of(text, "abcdefghijklmnopqrstuvwxyz0123456789-_");
}

[[noreturn]] void refuse(std::string_view arn, const std::string& why) {
  throw Fault(ExitStatus::not_runnable, fmt::format("{}: {}", arn, why), fmt::format("a component is {}", form));
}

}  // namespace

bool ComponentVersion::matches(const ComponentVersion& version) const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i] && nodes[i] != version.nodes[i]) return false;
  }
  return true;
}

std::optional<ComponentVersion> parse_component_version(std::string_view text) {
  const auto parts = split(text, '.');
  ComponentVersion version;
  if (parts.size() != version.nodes.size()) return std::nullopt;
  bool wildcard = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    if (part == "x") {
      wildcard = true;
      continue;
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    if (wildcard || part.empty() || error != std::errc() || end != part.data() + part.size()) return std::nullopt;
    version.nodes[i] = number;
  }
  return version;
}

ComponentArn parse_component_arn(std::string_view text) {
  const auto parts = split(text, ':');
  constexpr std::size_t part_count = 6;
  if (parts.size() != part_count || parts[0] != "arn" || !parts[1].starts_with("aws"))
    refuse(text, "this is no ARN of a component");
  if (parts[2] != "imagebuilder")
    refuse(text, fmt::format("this is an ARN of the service `{}`, not of imagebuilder", parts[2]));
  if (parts[3].empty()) refuse(text, "the region is missing");
  if (!is_owner(parts[4])) refuse(text, fmt::format("`{}` is no account: it must have 12 digits, or be aws", parts[4]));
  const auto resource = split(parts[5], '/');
  if (resource.front() != "component")
    refuse(text, fmt::format("this is the ARN of `{}`, not of a component", resource.front()));
  if (resource.size() < 3) refuse(text, "the version is missing");
  if (resource.size() > 4) refuse(text, "there is something after the build number");
  if (!is_component_name(resource[1]))
    refuse(text, fmt::format("`{}` is no name of a component: lower-case letters, digits, - and _", resource[1]));
  const auto version = parse_component_version(resource[2]);
  if (!version)
    refuse(text,
           fmt::format("`{}` is no version: three numbers, of which the last ones may be x, as in 1.2.x", resource[2]));
  ComponentArn arn{std::string(text), std::string(resource[1]), std::string(resource[2]), *version, {}};
  if (resource.size() == 4) {
    if (!consists_of(resource[3], "0123456789")) refuse(text, fmt::format("`{}` is no build number", resource[3]));
    if (version->has_wildcard()) refuse(text, "a version with x takes no build number");
    arn.build = resource[3];
  }
  return arn;
}

}  // namespace ibtest
