#include "runner/report/line_assembler.hpp"

namespace ibtest {

void LineAssembler::append(OutputStream stream, std::string_view bytes, const OnLine& on_line) {
  std::string& partial = partial_[stream == OutputStream::standard_error ? 1 : 0];
  for (;;) {
    const std::size_t line_end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, line_end);
    if (partial.size() < longest_line_) partial.append(piece.substr(0, longest_line_ - partial.size()));
    if (line_end == std::string_view::npos) return;
    on_line(partial);
    partial.clear();
    bytes.remove_prefix(line_end + 1);
  }
}

void LineAssembler::flush(const OnLine& on_line) {
  for (std::string& partial : partial_) {
    if (!partial.empty()) on_line(partial);
    partial.clear();
  }
}

}  // namespace ibtest
