#include "runner/cli/log_upload.hpp"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/s3/folder_upload.hpp"

namespace ibtest {

namespace {

std::string without_outer_slashes(std::string text) {
  text.erase(0, text.find_first_not_of('/'));
  text.erase(text.find_last_not_of('/') + 1);
  return text;
}

}  // namespace

std::string store_logs(ProcessLoop& loop, S3Store& store, const LogUpload& upload, RunSummary& summary) {
  if (summary.log_directory.empty()) return {};
  const std::filesystem::path folder(summary.log_directory);
  std::string key = without_outer_slashes(upload.key_prefix);
  if (!key.empty()) key += '/';
  key += folder.filename().string();
  const std::string stays = fmt::format("the logs are in {}", folder.string());
  const S3Object object{upload.bucket, key, upload.owner};
  try {
    upload_folder(store, folder, object, [&loop] {
      loop.wait_until(std::chrono::steady_clock::now());  // lets it see signals
      return loop.interrupts() > 0;
    });
  } catch (const ExchangeFailure& failure) {
    throw Fault(ExitStatus::not_runnable, failure.what(), stays);
  } catch (const ExchangeCancelled&) {
    throw Fault(ExitStatus::interrupted, "interrupted while the logs were uploaded", stays);
  }
  summary.log_url = fmt::format("s3://{}/{}", upload.bucket, key);
  return store.owner_warning(object);
}

}  // namespace ibtest
