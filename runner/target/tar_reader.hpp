#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "agent/protocol/file_descriptor.hpp"
#include "runner/target/copy_budget.hpp"

namespace ibtest {

/// Unpacks a tar stream (ustar, GNU and pax) of which nothing is trusted: folders and regular files below one folder,
/// and nothing else, no more of them than a CopyBudget. Links, devices, and paths that lead elsewhere are left out.
class TarReader {
 public:
  /// What `destination` becomes; nobody else may write to it.
  enum class Root {
    holds_entries,  ///< a folder with the entries in it, made where it is missing
    is_entry,       ///< the folder or file that the archive has as its one outermost entry, whatever its name
  };
  explicit TarReader(std::filesystem::path destination, Root root = Root::holds_entries);

  /// The next bytes of the stream. Throws Fault (target_failed) for what is no tar stream or too large, and when a file
  /// cannot be written.
  void append(std::string_view bytes);
  /// Whether the end of the archive was seen.
  [[nodiscard]] bool complete() const { return state_ == State::ended; }

 private:
  enum class State { header, file, long_name, extended, skipped, ended };

  std::size_t read_header(std::string_view block);
  void begin_entry(char type, const std::string& path);
  void take(std::string_view bytes);
  void finish_entry();

  std::filesystem::path destination_;
  const Root root_;
  CopyBudget budget_;
  State state_ = State::header;
  std::string block_;          ///< a header that came in parts
  std::uint64_t left_ = 0;     ///< bytes of the entry
  std::uint64_t padding_ = 0;  ///< bytes after it, up to the next block
  std::string text_;           ///< of a long name or extended header
  std::string next_path_;      ///< what they say about the next entry
  bool next_size_known_ = false;
  std::uint64_t next_size_ = 0;
  FileDescriptor file_;
};

}  // namespace ibtest
