#pragma once

namespace ibtest {

/// Gives an open file or folder the extended attributes of another as far as its file system takes them, so that a
/// program that is moved keeps its capabilities, as with `mv`. SELinux labels belong to the place and not to the file.
void copy_extended_attributes(int from, int to);

}  // namespace ibtest
