#include "runner/s3/s3_folders.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"
#include "runner/exchange/send_file.hpp"

namespace ibtest {

namespace fs = std::filesystem;

std::filesystem::path S3Folders::path_of(const S3Object& object) const {
  const fs::path key(object.key);
  const bool leads_out = key.is_absolute() || std::ranges::find(key, fs::path("..")) != key.end();
  if (leads_out || object.key.empty()) {
    throw ExchangeFailure(
        fmt::format("the key `{}` is no path in the folder that --s3-map gives the bucket", object.key));
  }
  return folders_.at(object.bucket) / key;
}

S3Listing S3Folders::list(const S3Object& prefix) const {
  const auto& root = folders_.at(prefix.bucket);
  S3Listing listing;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(root, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    auto key = entry->path().lexically_relative(root).string();
    if (key.starts_with(prefix.key)) listing.keys.push_back(std::move(key));
  }
  if (failed) {
    throw ExchangeFailure(fmt::format("reading {}, the folder that --s3-map gives the bucket {}: {}", root.string(),
                                      prefix.bucket, failed.message()));
  }
  std::ranges::sort(listing.keys);
  listing.more = listing.keys.size() > S3Client::most_listed;
  if (listing.more) listing.keys.resize(S3Client::most_listed);
  return listing;
}

std::uint64_t S3Folders::get(const S3Object& object, ExchangeStream& stream) const {
  const auto path = path_of(object);
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) {
    throw ExchangeFailure(fmt::format("NoSuchKey: {} does not exist (--s3-map)", path.string()));
  }
  return send_file(path, stream);
}

void S3Folders::put(const S3Object& object, ExchangeStream& stream) const {
  const auto path = path_of(object);
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  // Under another name until it is complete, as in S3.
  const auto temporary = path.parent_path() / fmt::format(".ibtest-{}-{}.part", ::getpid(), path.filename().string());
  try {
    std::ofstream file(temporary, std::ios::binary);
    while (const auto piece = stream.receive())
      file.write(piece->data(), static_cast<std::streamsize>(piece->size()));
    file.close();
    if (!file) throw ExchangeFailure(system_error_text("writing " + path.string(), errno));
    fs::rename(temporary, path, failed);
    if (failed) throw ExchangeFailure(fmt::format("writing {}: {}", path.string(), failed.message()));
  } catch (...) {
    fs::remove(temporary, failed);
    throw;
  }
}

}  // namespace ibtest
