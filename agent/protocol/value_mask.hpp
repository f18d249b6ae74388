#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ibtest {

/// Values that must not appear in logs and reports: the outputs of steps with disableLogging (STEP-7, GEN-19, D-19).
/// Each line of a value is masked on its own, so that line-wise output is found. Lines of fewer than four bytes are
/// not masked: they are words like "0" or "yes", whose removal would spoil the logs and hide nothing.
class ValueMask {
 public:
  static constexpr std::string_view stand_in = "***";

  void add(std::string_view value);
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  friend class MaskedStream;
  struct Match {
    std::size_t length = 0;  ///< of the value that starts here; 0 for none
    bool undecided = false;  ///< the text ends before a value that may start here
  };
  [[nodiscard]] Match match(std::string_view text) const;

  /// Longest first, by their first four bytes.
  std::unordered_map<std::uint32_t, std::vector<std::string>> values_;
};

/// Masks text that comes in chunks; holds back at most the length of the longest value.
class MaskedStream {
 public:
  explicit MaskedStream(const ValueMask& mask) : mask_(mask) {}
  void feed(std::string_view bytes, std::string& output);
  void finish(std::string& output);

 private:
  const ValueMask& mask_;
  std::string pending_;
};

}  // namespace ibtest
