#include "runner/report/step_symbols.hpp"

#include <array>

namespace ibtest {

StatusSign status_sign(std::optional<Status> status) {
  if (!status) return {"✗", "x", "lost", Paint::red};
  switch (*status) {
    case Status::success:
      return {"✓", "+", "ok", Paint::green};
    case Status::failed:
      return {"✗", "x", "FAILED", Paint::red};
    case Status::ignored_failure:
    case Status::success_with_ignored_failure:
      return {"!", "!", "ignored", Paint::yellow};
    case Status::skipped:
      return {"-", "-", "skipped", Paint::dim};
    case Status::interrupted:
      return {"■", "#", "stopped", Paint::yellow};
  }
  return {"?", "?", "?", Paint::none};
}

std::string_view spinner_frame(std::size_t number, bool ascii) {
  static constexpr std::array<std::string_view, 10> braille = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  static constexpr std::array<std::string_view, 4> bars = {"|", "/", "-", "\\"};
  return ascii ? bars[number % bars.size()] : braille[number % braille.size()];
}

}  // namespace ibtest
