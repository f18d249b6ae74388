#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

/// Writes all bytes, whatever it takes: interrupted calls, full pipes of readers that are slow, descriptors that do not
/// block. Returns errno, 0 for success.
[[nodiscard]] int write_to_end(int descriptor, std::string_view bytes);

/// A file or stream that lines are written to as they come. The first error is kept and nothing is written after it.
class LineOutput {
 public:
  /// Writes to a descriptor that somebody else owns.
  explicit LineOutput(int descriptor) : descriptor_(descriptor) {}
  enum class Begin { afresh, at_end };
  /// Creates a file, or goes on with one that is there. Throws Fault (not_runnable).
  explicit LineOutput(const std::filesystem::path& path, Begin begin = Begin::afresh);

  /// Writes the line and a line break, in one call.
  void write_line(std::string_view line);
  [[nodiscard]] int error() const { return error_; }

 private:
  FileDescriptor owned_;
  int descriptor_ = -1;
  int error_ = 0;
  std::string buffer_;
};

/// Replaces a file by a temporary one beside it and a rename: readers see the old or the new one, never a part. Mode
/// and owner stay. Throws Fault.
void replace_file(const std::filesystem::path& path, std::string_view content);

}  // namespace ibtest
