#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ibtest {

/// What the stream of a client holds next.
struct ReceivedFrame {
  enum class Kind {
    message,    ///< `content` is a whole message
    malformed,  ///< headers that say no length; what follows is skipped up to the next Content-Length
    too_large   ///< a message of more than most_message_bytes; it is skipped
  };
  Kind kind = Kind::message;
  std::string content = {};
};

/// The largest message that is read.
inline constexpr std::size_t most_message_bytes = 32U << 20U;

/// Cuts a byte stream into messages: headers of which Content-Length counts, an empty line, and so many bytes. Memory
/// stays bounded whatever comes.
class FrameReader {
 public:
  void feed(std::string_view bytes);
  /// Nothing when more bytes are needed.
  [[nodiscard]] std::optional<ReceivedFrame> next();

 private:
  std::optional<ReceivedFrame> read_headers();
  ReceivedFrame resynchronise(std::size_t from);

  std::string buffer_;
  std::size_t begin_ = 0;              ///< of what is not read yet
  std::optional<std::size_t> length_;  ///< of the message whose headers were read
  std::size_t skipped_ = 0;            ///< bytes to come that belong to a message that is too large
  bool searching_ = false;             ///< for the next Content-Length
};

/// The message as it goes over the wire.
[[nodiscard]] std::string framed(std::string_view content);

}  // namespace ibtest
