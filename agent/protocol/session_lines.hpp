#pragma once

#include <string_view>

namespace ibtest {

/// What `ibtest-agent attach` itself says, in the place of the agent's greeting.
inline constexpr std::string_view no_session_line = "ibtest-session none";
/// Followed by the name of the run that has the host.
inline constexpr std::string_view host_busy_prefix = "ibtest-session busy ";

}  // namespace ibtest
