#pragma once

#include <functional>
#include <string>

namespace ibtest {

/// Something that is made under a name of its own in a folder, and gets its place by one rename when it is complete: no
/// one ever sees half of it. What was not put in place is removed.
class TemporaryEntry {
 public:
  /// The folder must stay open.
  explicit TemporaryEntry(int folder) : folder_(folder) {}
  TemporaryEntry(const TemporaryEntry&) = delete;
  TemporaryEntry& operator=(const TemporaryEntry&) = delete;
  ~TemporaryEntry();

  /// Calls `maker` with a name that nothing else has; it makes the entry, or says false with errno set. 0 or the error
  /// number.
  [[nodiscard]] int make(const std::function<bool(const char* name)>& maker);
  [[nodiscard]] const char* name() const { return name_.c_str(); }
  /// Gives it the name `place`, instead of what may have had it unless `replace` is false (EEXIST). 0 or the error
  /// number.
  [[nodiscard]] int put_in_place(const char* place, bool replace);

 private:
  int folder_;
  std::string name_;  ///< empty while there is nothing to remove
};

}  // namespace ibtest
