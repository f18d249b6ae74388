#include "actions/commands/output_text.hpp"

#include "agent/protocol/utf8.hpp"

namespace ibtest {

std::string output_text(std::string text, std::string_view what, ActionContext& context, char separator) {
  if (!is_valid_utf8(text)) text = to_valid_utf8(text);
  if (text.size() <= most_output_bytes) return text;
  if (separator == '\0') {
    text.resize(most_output_bytes);
    text.resize(valid_utf8_prefix(text));
  } else {
    const auto end = text.rfind(separator, most_output_bytes);
    text.resize(end == std::string::npos ? 0 : end);
  }
  context.warn(std::string(what) + " is longer than 16 MiB and has been cut");
  return text;
}

}  // namespace ibtest
