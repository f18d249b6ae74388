#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace ibtest {

/// The absolute path of a `file:` URI of this machine; nothing for other URIs, such as those of unsaved documents.
[[nodiscard]] std::optional<std::filesystem::path> path_of_uri(std::string_view uri);

}  // namespace ibtest
