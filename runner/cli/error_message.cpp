#include "runner/cli/error_message.hpp"

#include "runner/report/palette.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

std::string error_message(const Fault& fault, bool color) {
  const Palette palette(color);
  std::string text = palette.paint(Paint::bold_red, "error:") + " " + harmless_block(fault.message(), "  ") + "\n";
  if (!fault.remedy().empty()) text += "  " + harmless_block(fault.remedy(), "  ") + "\n";
  return text;
}

std::string warning_message(const std::string& message, bool color) {
  return Palette(color).paint(Paint::yellow, "warning:") + " " + harmless_block(message, "  ") + "\n";
}

}  // namespace ibtest
