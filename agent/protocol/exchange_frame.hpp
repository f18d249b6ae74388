#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace ibtest {

/// One line of an exchange. In an exchange the agent asks the runner for something that only the runner's machine has,
/// and bytes go in either direction meanwhile (S3 objects, EMU-16). Its lines stand between events and commands, but
/// are part of neither: they have no number and are not kept or shown, since they may be gigabytes.
///
/// The agent opens with `ask`; both may send `data` until their `end`; the end of the runner has the answer and closes
/// the exchange. Before its data the runner may tell their `size`, to be shown. The bytes of data are not part of the
/// JSON: they stand as they are between the line break of their line and another one (LineBuffer keeps them together).
/// Whoever sends data may send exchange_window bytes to begin with and gets more by `more`: memory stays bounded on
/// both sides. `cancel` of the agent closes the exchange at once.
struct ExchangeFrame {
  enum class Kind { ask, size, data, more, end, cancel };

  std::uint64_t exchange = 0;  ///< number, from 1; the agent counts
  Kind kind = Kind::ask;
  nlohmann::json content = nullptr;  ///< of ask and of the runner's end: an object
  std::string bytes = {};            ///< of data, at most exchange_piece
  std::uint64_t count = 0;           ///< of size and more: bytes
};

inline constexpr std::size_t exchange_piece = 256U << 10U;
inline constexpr std::uint64_t exchange_window = 8U << 20U;
/// What a socket that carries exchanges should hold: each side works on for a while before the other one must.
inline constexpr int exchange_socket_buffer = 4 << 20;

/// Whether a line is one of an exchange; all others are events or commands.
[[nodiscard]] bool is_exchange_line(std::string_view line);
/// How many bytes follow the line, if it is one of data; at most exchange_piece.
[[nodiscard]] std::optional<std::size_t> exchange_data_size(std::string_view line);
/// One line of JSON without line break; of data, with the line break and the bytes behind it.
[[nodiscard]] std::string encode(const ExchangeFrame& frame);
/// What encode() writes in front of the bytes of data: the line and its line break. Who gathers bytes behind it need
/// not copy them again.
[[nodiscard]] std::string encode_data_line(std::uint64_t exchange, std::size_t size);
/// Throws Fault (target_failed) when the line is no frame of this protocol version.
[[nodiscard]] ExchangeFrame decode_exchange_frame(std::string line);

}  // namespace ibtest
