#pragma once

#include <filesystem>
#include <functional>

#include "runner/s3/s3_store.hpp"

namespace ibtest {

/// Stores all regular files below a folder, each under `<to.key>/<path in the folder>`. Throws ExchangeFailure that
/// names the file and the object, and ExchangeCancelled once `is_cancelled` says so.
void upload_folder(S3Store& store, const std::filesystem::path& folder, const S3Object& to,
                   const std::function<bool()>& is_cancelled);

}  // namespace ibtest
