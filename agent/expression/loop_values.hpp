#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/document/document.hpp"

namespace ibtest {

/// What a loop goes through: counted numbers, or texts that were read once before its first iteration (LOOP-6).
class LoopValues {
 public:
  /// `resolve` replaces the references of items and lists (LOOP-F: `forEach`).
  LoopValues(const Loop& loop, const std::function<std::string(const std::string& text)>& resolve);
  /// The texts as they were read before; for a loop that counts they are not looked at.
  LoopValues(const Loop& loop, std::vector<std::string> texts);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// All values are texts (LOOP-3).
  [[nodiscard]] std::string at(std::uint64_t iteration) const;
  /// Empty for a loop that counts.
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

 private:
  void count_iterations(const Loop& loop);

  ForLoop counted_;
  bool counts_ = false;
  std::vector<std::string> texts_;
  std::uint64_t count_ = 0;
};

}  // namespace ibtest
