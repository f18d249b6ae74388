#pragma once

#include <string>

#include "actions/action_context.hpp"
#include "actions/files/copy_pairs.hpp"

namespace ibtest {

/// Why a folder cannot be copied or moved to that place: inside itself, no folder, exists with overwrite false
/// (COPYFOLDER-6, -7, MOVEFOLDER-3, -5). Logs that an existing folder with contents is merged into. Empty when it can.
[[nodiscard]] std::string check_folder_target(const CopyPair& pair, bool overwrite, ActionContext& context);

}  // namespace ibtest
