#pragma once

#include <dirent.h>
#include <memory>

namespace ibtest {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
/// Owns a folder that is being read.
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// Opens a folder for reading, a link to one only if asked to follow. Null pointer with errno set when it cannot.
[[nodiscard]] Directory open_directory(int parent, const char* name, bool follow_link = false);

/// What an entry is, itself and not what a link leads to. Not every file system tells with the name.
enum class EntryKind { folder, link, file, special };
[[nodiscard]] EntryKind kind_of_entry(int parent, const dirent& entry);

}  // namespace ibtest
