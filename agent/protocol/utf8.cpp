#include "agent/protocol/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace ibtest {

namespace {

unsigned char byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

/// Length and range of the second byte of the sequence that `lead` starts (Unicode standard, table 3-7).
struct SequenceForm {
  std::size_t length = 0;  // 0: no sequence starts with this byte
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xBF;
};

SequenceForm form_of(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xC2) return {};
  if (lead < 0xE0) return {2};
  if (lead == 0xE0) return {3, 0xA0};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3};
  if (lead == 0xF0) return {4, 0x90};
  if (lead < 0xF4) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

/// How many bytes of `text` fit the form of the sequence that its first byte starts; at most that form's length.
std::size_t fitting_bytes(std::string_view text, const SequenceForm& form) {
  const auto available = std::min(form.length, text.size());
  for (std::size_t i = 1; i < available; ++i) {
    const auto byte = byte_at(text, i);
    const unsigned char low = i == 1 ? form.second_low : 0x80;
    const unsigned char high = i == 1 ? form.second_high : 0xBF;
    if (byte < low || byte > high) return i;
  }
  return available;
}

/// The bytes at the start that are ASCII, counted eight at a time.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t count = 0;
  for (; count + 8 <= text.size(); count += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + count, sizeof word);
    if ((word & 0x8080808080808080ULL) != 0) break;
  }
  while (count < text.size() && byte_at(text, count) < 0x80)
    ++count;
  return count;
}

}  // namespace

std::size_t utf8_sequence_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto form = form_of(byte_at(text, 0));
  return form.length != 0 && fitting_bytes(text, form) == form.length ? form.length : 0;
}

bool is_cut_utf8_sequence(std::string_view text) {
  if (text.empty()) return false;
  const auto form = form_of(byte_at(text, 0));
  return text.size() < form.length && fitting_bytes(text, form) == text.size();
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    position += ascii_prefix(text.substr(position));
    if (position == text.size()) break;
    const auto length = utf8_sequence_length(text.substr(position));
    if (length == 0) break;
    position += length;
  }
  return position;
}

bool is_valid_utf8(std::string_view text) {
  return valid_utf8_prefix(text) == text.size();
}

std::string to_valid_utf8(std::string_view text) {
  std::string valid;
  Utf8Sanitizer sanitizer;
  sanitizer.feed(text, valid);
  sanitizer.finish(valid);
  return valid;
}

void Utf8Sanitizer::feed(std::string_view bytes, std::string& output) {
  // At most three bytes are pending, so this ends after a few steps with nothing pending or nothing left.
  while (!pending_.empty() && !bytes.empty()) {
    pending_ += bytes.front();
    if (is_cut_utf8_sequence(pending_)) {
      bytes.remove_prefix(1);
    } else if (utf8_sequence_length(pending_) != 0) {
      bytes.remove_prefix(1);
      output += pending_;
      pending_.clear();
    } else {
      // The new byte does not continue the sequence; it may start another one and is looked at again.
      pending_.pop_back();
      finish(output);
    }
  }
  while (!bytes.empty()) {
    const auto valid = valid_utf8_prefix(bytes);
    output += bytes.substr(0, valid);
    bytes.remove_prefix(valid);
    if (bytes.empty()) return;
    if (is_cut_utf8_sequence(bytes)) {
      pending_ = bytes;
      return;
    }
    output += replacement_character;
    bytes.remove_prefix(1);
  }
}

void Utf8Sanitizer::finish(std::string& output) {
  for (std::size_t i = 0; i < pending_.size(); ++i)
    output += replacement_character;
  pending_.clear();
}

}  // namespace ibtest
