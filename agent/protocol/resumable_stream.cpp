#include "agent/protocol/resumable_stream.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::string_view greeting_word = "ibtest-conversation";
constexpr std::string_view version = "1";
constexpr std::size_t longest_header = 64;
constexpr std::size_t longest_name = 128;
constexpr std::size_t largest_frame = 64U << 10U;
// Not every frame is worth an answer; the sender keeps so many bytes at least.
constexpr std::uint64_t acknowledge_after = 64U << 10U;

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

bool is_conversation_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           letter == '-';
  });
}

}  // namespace

std::string encode(const ConnectionGreeting& greeting) {
  std::string line(greeting_word);
  line += ' ';
  line += version;
  line += ' ';
  line += greeting.conversation;
  line += ' ' + std::to_string(greeting.received) + ' ' + std::to_string(greeting.last_event) + '\n';
  return line;
}

std::optional<ConnectionGreeting> decode_greeting(std::string_view line) {
  constexpr std::size_t word_count = 5;
  const auto words = words_of(line);
  if (words.size() != word_count || words[0] != greeting_word || words[1] != version || !is_conversation_name(words[2]))
    return std::nullopt;
  const auto received = number_in(words[3]);
  const auto last_event = number_in(words[4]);
  if (!received || !last_event) return std::nullopt;
  return ConnectionGreeting{std::string(words[2]), *received, *last_event};
}

void ResumableStream::send(std::string_view bytes) {
  kept_ += bytes;
}

bool ResumableStream::resume(std::uint64_t received) {
  if (received < kept_from_ || received - kept_from_ > unacknowledged()) return false;
  drop_until(received);
  sent_ = 0;
  finish_said_ = false;
  // The other end has just been told.
  acknowledged_ = received_;
  header_.clear();
  missing_ = 0;
  return true;
}

void ResumableStream::drop_until(std::uint64_t place) {
  dropped_ += place - kept_from_;
  kept_from_ = place;
  if (dropped_ < kept_.size() / 2) return;
  kept_.erase(0, std::exchange(dropped_, 0));
}

std::string ResumableStream::take_outgoing(std::size_t most) {
  std::string bytes;
  if (received_ - acknowledged_ >= acknowledge_after) {
    bytes += "seen " + std::to_string(received_) + '\n';
    acknowledged_ = received_;
  }
  while (sent_ < unacknowledged() && bytes.size() < most) {
    const std::size_t size = std::min({unacknowledged() - sent_, most - bytes.size(), largest_frame});
    bytes += "data " + std::to_string(size) + '\n';
    bytes.append(kept_, dropped_ + sent_, size);
    sent_ += size;
  }
  if (finishing_ && !finish_said_ && sent_ == unacknowledged()) {
    bytes += "over\n";
    finish_said_ = true;
  }
  return bytes;
}

void ResumableStream::receive(std::string_view bytes, std::string& payload) {
  while (!bytes.empty()) {
    if (missing_ > 0) {
      const auto part = bytes.substr(0, missing_);
      payload += part;
      received_ += part.size();
      missing_ -= part.size();
      bytes.remove_prefix(part.size());
      continue;
    }
    const auto end = bytes.find('\n');
    header_ += bytes.substr(0, end);
    if (header_.size() > longest_header)
      throw Fault(ExitStatus::target_failed, "what came over the connection is no conversation of ibtest");
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    take_header(header_);
    header_.clear();
  }
}

void ResumableStream::take_header(std::string_view line) {
  const auto words = words_of(line);
  const auto number = words.size() == 2 ? number_in(words[1]) : std::nullopt;
  if (words.size() == 1 && words[0] == "over") {
    over_ = true;
  } else if (number && words[0] == "data" && *number <= largest_frame) {
    missing_ = *number;
  } else if (number && words[0] == "seen" && *number >= kept_from_ && *number - kept_from_ <= sent_) {
    sent_ -= *number - kept_from_;
    drop_until(*number);
  } else {
    throw Fault(ExitStatus::target_failed, "what came over the connection is no conversation of ibtest");
  }
}

}  // namespace ibtest
