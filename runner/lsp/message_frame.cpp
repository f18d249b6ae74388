#include "runner/lsp/message_frame.hpp"

#include <algorithm>
#include <charconv>

namespace ibtest {

namespace {

constexpr std::size_t most_header_bytes = 4096;
constexpr std::string_view length_name = "content-length:";

char lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

/// Where the name of the length header starts, whatever its letter case; npos for nowhere.
std::size_t find_length_name(std::string_view text, std::size_t from) {
  const auto found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(std::min(from, text.size())), text.end(),
                  length_name.begin(), length_name.end(), [](char have, char want) { return lower(have) == want; });
  return found == text.end() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

/// The length that a block of headers says; nothing when it says none, or none that can be meant.
std::optional<std::size_t> length_in(std::string_view headers) {
  std::optional<std::size_t> length;
  while (!headers.empty()) {
    const std::size_t end = std::min(headers.find("\r\n"), headers.size());
    std::string_view line = headers.substr(0, end);
    headers.remove_prefix(std::min(end + 2, headers.size()));
    if (line.find(':') == std::string_view::npos) return std::nullopt;
    if (find_length_name(line, 0) != 0) continue;
    line.remove_prefix(length_name.size());
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    line = line.substr(0, line.find_last_not_of(" \t") + 1);
    std::size_t value = 0;
    const auto [rest, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc() || rest != line.data() + line.size() || length) return std::nullopt;
    length = value;
  }
  return length;
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  const std::size_t ignored = std::min(skipped_, bytes.size());
  skipped_ -= ignored;
  bytes.remove_prefix(ignored);
  buffer_.erase(0, begin_);
  begin_ = 0;
  buffer_.append(bytes);
}

ReceivedFrame FrameReader::resynchronise(std::size_t from) {
  begin_ = from;
  searching_ = true;
  return {ReceivedFrame::Kind::malformed};
}

std::optional<ReceivedFrame> FrameReader::read_headers() {
  if (searching_) {
    const std::size_t found = find_length_name(buffer_, begin_);
    if (found == std::string::npos) {
      // The name may have come in part.
      begin_ = std::max(begin_, buffer_.size() - std::min(buffer_.size(), length_name.size() - 1));
      return std::nullopt;
    }
    begin_ = found;
    searching_ = false;
  }
  const std::size_t end = buffer_.find("\r\n\r\n", begin_);
  if (end == std::string::npos) {
    if (buffer_.size() - begin_ <= most_header_bytes) return std::nullopt;
    return resynchronise(begin_ + 1);
  }
  const auto length = length_in(std::string_view(buffer_).substr(begin_, end - begin_));
  if (!length) return resynchronise(begin_ + 1);
  begin_ = end + 4;
  if (*length > most_message_bytes) {
    const std::size_t there = std::min(*length, buffer_.size() - begin_);
    begin_ += there;
    skipped_ = *length - there;
    return ReceivedFrame{ReceivedFrame::Kind::too_large};
  }
  length_ = length;
  return std::nullopt;
}

std::optional<ReceivedFrame> FrameReader::next() {
  if (!length_) {
    if (auto refused = read_headers()) return refused;
  }
  if (!length_ || buffer_.size() - begin_ < *length_) return std::nullopt;
  ReceivedFrame frame{ReceivedFrame::Kind::message, buffer_.substr(begin_, *length_)};
  begin_ += *length_;
  length_.reset();
  return frame;
}

std::string framed(std::string_view content) {
  return "Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + std::string(content);
}

}  // namespace ibtest
