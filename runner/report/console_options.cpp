#include "runner/report/console_options.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

namespace ibtest {

namespace {

std::string_view environment_value(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool names_utf8(std::string_view locale) {
  std::string letters;
  for (const char c : locale) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return letters.find("utf8") != std::string::npos;
}

}  // namespace

ConsoleOptions console_options(const ConsoleEnvironment& environment, Verbosity verbosity) {
  ConsoleOptions options;
  options.verbosity = verbosity;
  options.terminal = environment.is_terminal && environment.term != "dumb" && !environment.term.empty();
  options.color = options.terminal && !environment.no_color;
  // The Linux console has no braille and no arrows. An unset locale says nothing: nearly every terminal is UTF-8.
  options.ascii = environment.term == "linux" || (!environment.locale.empty() && !names_utf8(environment.locale));
  return options;
}

ConsoleEnvironment console_environment(int file_descriptor, bool no_color_asked) {
  ConsoleEnvironment environment;
  environment.is_terminal = ::isatty(file_descriptor) == 1;
  environment.term = environment_value("TERM");
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    environment.locale = environment_value(name);
    if (!environment.locale.empty()) break;
  }
  environment.no_color = no_color_asked || !environment_value("NO_COLOR").empty();
  return environment;
}

std::size_t terminal_columns(int file_descriptor) {
  winsize size{};
  if (::ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace ibtest
