#include "runner/report/matrix_report.hpp"

#include <algorithm>

#include "runner/report/palette.hpp"
#include "runner/report/step_symbols.hpp"
#include "runner/report/terminal_text.hpp"

namespace ibtest {

namespace {

struct CellText {
  std::string text;
  Paint paint = Paint::none;
};

CellText cell_text(const RunSummary* summary, const ConsoleOptions& options) {
  if (summary == nullptr) return {"not run", Paint::dim};
  const auto shown = [&](Status status, std::string_view word) {
    const StatusSign sign = status_sign(status);
    const std::string_view symbol = options.ascii ? sign.ascii_symbol : sign.symbol;
    const std::string front = options.terminal ? std::string(symbol) + " " + std::string(word) : std::string(word);
    return CellText{front + "  " + format_duration(summary->duration_ms), sign.paint};
  };
  switch (summary->exit_status) {
    case ExitStatus::success:
      return shown(Status::success, "passed");
    case ExitStatus::component_failed:
      return shown(Status::failed, "FAILED");
    case ExitStatus::interrupted:
      return shown(Status::interrupted, "stopped");
    default:
      return shown(Status::failed, "ERROR");
  }
}

}  // namespace

std::string matrix_report(const std::vector<MatrixCell>& cells, std::size_t columns, const ConsoleOptions& options) {
  if (cells.size() < 2) return {};
  std::vector<CellText> texts;
  std::vector<std::size_t> widths(columns);
  std::size_t target_width = 0;
  for (const MatrixCell& cell : cells) {
    std::size_t& width = widths[texts.size() % columns];
    texts.push_back(cell_text(cell.summary, options));
    width = std::max({width, display_width(harmless(cell.document)), display_width(texts.back().text)});
    target_width = std::max(target_width, display_width(harmless(cell.target)));
  }

  const Palette palette(options.color);
  std::string text = "\n";
  const auto end_line = [&text] {
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  };
  if (columns > 1) {
    text += std::string(target_width, ' ');
    for (std::size_t column = 0; column < columns; ++column)
      text += "  " + pad_to_width(harmless(cells[column].document), widths[column]);
    end_line();
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::size_t column = i % columns;
    if (column == 0) text += pad_to_width(harmless(cells[i].target), target_width);
    text += "  " + palette.paint(texts[i].paint, texts[i].text) +
            std::string(widths[column] - display_width(texts[i].text), ' ');
    if (column + 1 == columns) end_line();
  }
  return text;
}

}  // namespace ibtest
