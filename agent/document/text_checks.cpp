#include "agent/document/text_checks.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "agent/document/unicode.hpp"

namespace ibtest {

namespace {

// More findings of one kind tell nothing new.
constexpr int most_reported = 10;

constexpr std::string_view save_as_utf8 = "save the file as UTF-8";

bool is_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  const std::string_view head = text.substr(0, 64);
  std::array<std::size_t, 2> nul_bytes{};
  for (std::size_t index = 0; index < head.size(); ++index) {
    if (head[index] == '\0') ++nul_bytes[index % 2];
  }
  // Plain English in UTF-16 has a NUL in every character, always on the same side.
  return head.size() >= 4 && nul_bytes[0] + nul_bytes[1] >= head.size() * 2 / 5 &&
         std::min(nul_bytes[0], nul_bytes[1]) == 0;
}

bool is_forbidden_control(const DecodedCharacter& character) {
  const char32_t value = character.value;
  if (value == '\t' || value == '\n' || value == '\r' || value == 0x85) return false;
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0xFFFE || value == 0xFFFF;
}

bool is_binary(std::string_view text) {
  const std::string_view head = text.substr(0, 4096);
  std::size_t strange = 0;
  for (std::size_t offset = 0; offset < head.size();) {
    const DecodedCharacter character = decode_utf8(text, offset);
    if (!character.valid || is_forbidden_control(character)) ++strange;
    offset += character.length;
  }
  constexpr std::string_view elf =
      "\x7F"
      "ELF";
  constexpr std::string_view gzip = "\x1F\x8B";
  constexpr std::string_view zip = "PK\x03\x04";
  return text.starts_with(elf) || text.starts_with(gzip) || text.starts_with(zip) ||
         (strange >= 4 && strange * 10 > head.size());
}

}  // namespace

bool check_characters(const SourceText& source, Findings& findings) {
  const std::string_view text = source.text();
  if (is_utf16(text)) {
    findings.add("not-utf8"_code, {}, "the file is UTF-16, not UTF-8", std::string(save_as_utf8));
    return false;
  }
  if (is_binary(text)) {
    findings.add("binary-file"_code, {}, "this is a binary file, not a component document",
                 "give the path of the YAML file");
    return false;
  }
  int reported = 0;
  bool saw_lone_return = false;
  for (std::size_t offset = 0; offset < text.size() && reported < most_reported;) {
    const DecodedCharacter character = decode_utf8(text, offset);
    const auto range = [&] { return source.range(offset, offset + character.length); };
    const bool lone_return = character.value == '\r' && text.substr(offset + 1, 1) != "\n";
    if (!character.valid) {
      findings.add("not-utf8"_code, range(), "the byte " + visible_escape(character) + " is no valid UTF-8 here",
                   std::string(save_as_utf8));
      ++reported;
    } else if (character.value == 0) {
      findings.add("nul-character"_code, range(), "a NUL character is not allowed in a document", "remove it");
      ++reported;
    } else if ((lone_return && !saw_lone_return) || is_forbidden_control(character)) {
      // A file that has one mostly ends all its lines so.
      saw_lone_return = saw_lone_return || lone_return;
      findings.add("control-character"_code, range(),
                   "the control character " + visible_escape(character) + " is not allowed in YAML",
                   lone_return ? "end lines with a line feed, or with carriage return and line feed"
                               : "remove it, or write it as an escape such as \"\\x1b\" in double quotes");
      ++reported;
    }
    offset += character.length;
  }
  return reported == 0;
}

}  // namespace ibtest
