#pragma once

#include "actions/action_context.hpp"
#include "agent/http/trust_store.hpp"

namespace ibtest {

/// The certificate authorities of the target. Where it has none, those of the developer's machine, with a warning
/// (section 8.3 of the module specification).
[[nodiscard]] TrustStore target_trust(ActionContext& context,
                                      std::span<const std::string_view> usual = usual_trust_stores);

}  // namespace ibtest
