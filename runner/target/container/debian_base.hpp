#pragma once

#include <string>
#include <string_view>

#include "runner/target/container/container_engine.hpp"
#include "runner/target/target.hpp"

namespace ibtest {

/// The recipe whose base image can be built without a registry.
inline constexpr std::string_view debian_base_recipe = "debian-12";

/// Where Debian's packages come from.
struct DebianMirror {
  std::string archive = "http://deb.debian.org/debian";
  std::string security = "http://deb.debian.org/debian-security";

  friend bool operator==(const DebianMirror&, const DebianMirror&) = default;
};

/// What an apt configuration names, in either of its two formats; what it does not name is as given.
[[nodiscard]] DebianMirror mirror_from_sources(std::string_view sources, DebianMirror otherwise = {});

/// The reference of a Debian 12 base image made by debootstrap, made now if it is not there. Throws Fault when the
/// program or the rights for it are missing.
[[nodiscard]] std::string provide_debian_base(const ContainerEngine& engine, ProgressSink& progress);

}  // namespace ibtest
