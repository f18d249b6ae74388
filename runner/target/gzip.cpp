#include "runner/target/gzip.hpp"

#include <zlib.h>

#include "agent/protocol/fault.hpp"

namespace ibtest {

std::string gzip(std::string_view bytes) {
  constexpr int gzip_format = 16;  // added to the window bits
  constexpr int memory_level = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + gzip_format, memory_level,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Fault(ExitStatus::target_failed, "there is no memory to compress the agent");
  }
  // The bound is for the whole input, so one call does it.
  std::string compressed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // it is only read
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  const int result = deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw Fault(ExitStatus::target_failed, "the agent cannot be compressed");
  return compressed;
}

}  // namespace ibtest
