#include "runner/report/xml_text.hpp"

#include <fmt/format.h>

#include "agent/document/unicode.hpp"
#include "agent/protocol/utf8.hpp"

namespace ibtest {

std::string xml_escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const DecodedCharacter character = decode_utf8(text, 0);
    const char32_t code = character.value;
    const bool allowed = character.valid && (code == '\t' || code == '\n' || code >= 0x20) && code != 0xFFFE &&
                         code != 0xFFFF && code != 0x7F;
    if (!allowed) {
      result += replacement_character;
    } else {
      switch (code) {
        case '&':
          result += "&amp;";
          break;
        case '<':
          result += "&lt;";
          break;
        case '>':
          result += "&gt;";
          break;
        case '"':
          result += "&quot;";
          break;
        case '\n':
          result += "&#10;";
          break;
        case '\t':
          result += "&#9;";
          break;
        default:
          result += text.substr(0, character.length);
      }
    }
    text.remove_prefix(character.length);
  }
  return result;
}

std::string xml_attribute(std::string_view name, std::string_view value) {
  return fmt::format(" {}=\"{}\"", name, xml_escaped(value));
}

}  // namespace ibtest
