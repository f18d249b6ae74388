#pragma once

#include <string>
#include <sys/stat.h>

#include "actions/action_context.hpp"

namespace ibtest {

/// What is kept of the original: a copy keeps the mode and belongs to the executor (COPYFOLDER-7), a move across file
/// systems keeps mode, owner and times (MOVEFILE-4, MOVEFOLDER-4).
enum class CopyPurpose { copy, move };

struct CopyRules {
  CopyPurpose purpose = CopyPurpose::copy;
  bool replace = true;  ///< whether something that is no folder may be replaced
};

/// An entry of an open folder.
struct EntryPlace {
  int folder = -1;
  std::string name;
  std::string path;  ///< for messages
};

/// Copies what is no folder: a file, a link as a link, and for moves also pipes, sockets and devices, which copies skip
/// with a warning (COPYFOLDER-7). The target appears when it is complete. The error; empty on success.
[[nodiscard]] std::string copy_entry(const EntryPlace& source, const EntryPlace& target, const CopyRules& rules,
                                     ActionContext& context);

/// An open file or folder and what fstat() said of it when it was opened.
struct OpenedOriginal {
  int file = -1;
  struct stat status {};
};

/// Gives an open file or folder what is kept of its original. The error; empty on success.
[[nodiscard]] std::string keep_attributes(int file, const std::string& path, const OpenedOriginal& original,
                                          CopyPurpose purpose);

}  // namespace ibtest
