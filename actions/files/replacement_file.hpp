#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <sys/types.h>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// The content of a file that comes piece by piece. It grows under a temporary name in the same folder and takes the
/// file's place when it is complete, so that nobody ever sees half of it; until then an existing file stays as it is.
/// Links are followed. A new file gets 0666 & ~umask, a replaced one keeps its owner and mode (WEBDOWNLOAD-11,
/// WEBDOWNLOAD-15, S3DOWNLOAD-12, PERM-5). Without commit() the temporary file goes with the value. All functions give
/// the error, empty on success.
class ReplacementFile {
 public:
  ReplacementFile() = default;
  ReplacementFile(const ReplacementFile&) = delete;
  ReplacementFile& operator=(const ReplacementFile&) = delete;
  ~ReplacementFile();

  /// The folder must be there. What is no regular file (a device, a pipe) is written to directly.
  [[nodiscard]] std::string open(const std::filesystem::path& path);
  [[nodiscard]] std::string write(std::string_view bytes);
  /// Without `overwrite`, a file that has come into being meanwhile is left alone. What can be written but not renamed,
  /// as files that a container runtime has mounted, is written in place (EMU-9).
  [[nodiscard]] std::string commit(bool overwrite);

 private:
  [[nodiscard]] std::string make_temporary();
  [[nodiscard]] std::string rewrite_in_place();
  void discard();

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  FileDescriptor file_;
};

}  // namespace ibtest
