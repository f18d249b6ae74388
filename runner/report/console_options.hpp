#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace ibtest {

enum class Verbosity { quiet, normal, verbose };

/// How the console may draw.
struct ConsoleOptions {
  Verbosity verbosity = Verbosity::normal;
  bool terminal = false;  ///< lines may be redrawn; else plain lines without any control sequence
  bool live = true;       ///< false: nothing is redrawn, somebody else shows status_line()
  bool color = false;
  bool ascii = false;                                                             ///< only ASCII symbols
  std::size_t name_width = 20;                                                    ///< columns for step names
  std::size_t action_width = 12;                                                  ///< columns for action names
  std::function<std::size_t()> terminal_width = [] { return std::size_t{100}; };  ///< asked again for every drawing
};

/// What of the process's environment the decision depends on.
struct ConsoleEnvironment {
  bool is_terminal = false;
  std::string_view term;    ///< TERM
  std::string_view locale;  ///< the first of LC_ALL, LC_CTYPE, LANG that is set and not empty
  bool no_color = false;    ///< NO_COLOR is set and not empty, or --no-color
};

/// Options for standard error as it is: NO_COLOR, TERM=dumb, the locale and the window's width.
[[nodiscard]] ConsoleOptions console_options(const ConsoleEnvironment& environment, Verbosity verbosity);
/// Reads the environment of this process and asks the file descriptor.
[[nodiscard]] ConsoleEnvironment console_environment(int file_descriptor, bool no_color_asked);
/// Columns of the terminal behind a file descriptor; 80 when it does not say.
[[nodiscard]] std::size_t terminal_columns(int file_descriptor);

}  // namespace ibtest
