#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ibtest {

/// Values that must not appear in logs and reports: the outputs of steps with disableLogging (STEP-7, GEN-19, D-19),
/// SecureStrings (VAR-19) and secret parameters. Each line of a value is masked on its own, as it is and as it stands
/// in a JSON text, so that line-wise output is found. Lines of fewer than four bytes are
/// not masked: they are words like "0" or "yes", whose removal would spoil the logs and hide nothing.
class ValueMask {
 public:
  static constexpr std::string_view stand_in = "***";
  static constexpr std::size_t shortest_line = 4;  ///< bytes; what is shorter is not masked

  void add(std::string_view value);
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  friend class MaskedStream;
  void add_line(std::string_view line);
  enum class Rest { may_follow, is_all };
  struct Match {
    std::size_t length = 0;  ///< of the longest value that starts here; 0 for none
    bool undecided = false;  ///< the text ends before a value that may start here does
  };
  [[nodiscard]] Match match(std::string_view text, Rest rest) const;

  std::set<std::string, std::less<>> values_;
  std::size_t longest_ = 0;
  /// The lengths of the values that start with these four bytes, longest first.
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> lengths_;
};

/// Masks text that comes in chunks; holds back at most the length of the longest value.
class MaskedStream {
 public:
  explicit MaskedStream(const ValueMask& mask) : mask_(mask) {}
  void feed(std::string_view bytes, std::string& output);
  void finish(std::string& output);

 private:
  void scan(std::string& output, ValueMask::Rest rest);

  const ValueMask& mask_;
  std::string pending_;
};

}  // namespace ibtest
