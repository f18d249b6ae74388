#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// A version `major.minor.patch`; a node that is not there is the wildcard `x`.
struct ComponentVersion {
  std::array<std::optional<std::uint64_t>, 3> nodes;

  /// Whether a version without wildcards is one of those that this stands for.
  [[nodiscard]] bool matches(const ComponentVersion& version) const;
  [[nodiscard]] bool has_wildcard() const { return !nodes[0] || !nodes[1] || !nodes[2]; }
  // NOLINTNEXTLINE(modernize-use-nullptr): what the comparison is made of
  friend auto operator<=>(const ComponentVersion&, const ComponentVersion&) = default;
};

/// "1.2.3", "1.x.x". Nothing for other texts, and for a number to the right of a wildcard (service.md 3.3).
[[nodiscard]] std::optional<ComponentVersion> parse_component_version(std::string_view text);

/// `arn:aws:imagebuilder:<region>:<account or aws>:component/<name>/<version>[/<build>]` (EXECUTEDOCUMENT-5).
struct ComponentArn {
  std::string text;  ///< as written
  std::string name;
  std::string version_text;
  ComponentVersion version;
  std::string build;  ///< empty when it names none
};

/// Whether a document's location can only be meant as an ARN.
[[nodiscard]] inline bool looks_like_arn(std::string_view location) {
  return location.starts_with("arn:");
}

/// Throws Fault (not_runnable) that says which part is wrong and what it must look like.
[[nodiscard]] ComponentArn parse_component_arn(std::string_view text);

}  // namespace ibtest
