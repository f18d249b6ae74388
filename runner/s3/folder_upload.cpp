#include "runner/s3/folder_upload.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

/// The bytes of a file, piece by piece.
class FileStream final : public ExchangeStream {
 public:
  FileStream(const fs::path& path, const std::function<bool()>& is_cancelled)
      : path_(path), file_(path, std::ios::binary), is_cancelled_(is_cancelled) {
    if (!file_) throw ExchangeFailure(system_error_text("reading " + path.string(), errno));
  }

  void send(std::string_view /*bytes*/) override {}  // storing an object brings no bytes back
  [[nodiscard]] std::optional<std::string> receive() override {
    if (is_cancelled_()) throw ExchangeCancelled{};
    constexpr std::size_t piece_size = 256U << 10U;
    std::string piece(piece_size, '\0');
    file_.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    piece.resize(static_cast<std::size_t>(file_.gcount()));
    if (file_.bad()) throw ExchangeFailure(system_error_text("reading " + path_.string(), errno));
    return piece.empty() ? std::nullopt : std::optional(std::move(piece));
  }
  [[nodiscard]] bool cancelled() const override { return is_cancelled_(); }

 private:
  const fs::path& path_;
  std::ifstream file_;
  const std::function<bool()>& is_cancelled_;
};

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) files.push_back(it->path());
  }
  if (error) throw ExchangeFailure(fmt::format("listing {}: {}", folder.string(), error.message()));
  std::ranges::sort(files);
  return files;
}

}  // namespace

void upload_folder(S3Store& store, const fs::path& folder, const S3Object& to,
                   const std::function<bool()>& is_cancelled) {
  for (const fs::path& file : files_below(folder)) {
    S3Object object = to;
    object.key += "/" + file.lexically_relative(folder).string();
    FileStream stream(file, is_cancelled);
    std::error_code ignored;
    try {
      store.put(object, fs::file_size(file, ignored), stream);
    } catch (const ExchangeFailure& failure) {
      throw ExchangeFailure(
          fmt::format("uploading {} to s3://{}/{}: {}", file.string(), object.bucket, object.key, failure.what()));
    }
  }
}

}  // namespace ibtest
