#include <cerrno>
#include <unistd.h>
#include <vector>

#include "runner/cli/commands.hpp"
#include "runner/cli/output_file.hpp"
#include "runner/lsp/language_server.hpp"

namespace ibtest {

ExitStatus lsp_command() {
  int write_error = 0;
  LanguageServer server([&write_error](const std::string& message) {
    if (write_error == 0) write_error = write_to_end(STDOUT_FILENO, framed(message));
  });
  FrameReader frames;
  std::vector<char> bytes(65536);
  while (!server.exited()) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Fault(ExitStatus::not_runnable, system_error_text("reading from the editor", errno));
    if (count == 0) break;
    frames.feed({bytes.data(), static_cast<std::size_t>(count)});
    while (!server.exited()) {
      const auto frame = frames.next();
      if (!frame) break;
      server.receive(*frame);
      if (write_error != 0)
        throw Fault(ExitStatus::not_runnable, system_error_text("writing to the editor", write_error));
    }
  }
  // The protocol wants 1 from a server that was not shut down before its end.
  return server.was_shut_down() ? ExitStatus::success : ExitStatus::component_failed;
}

}  // namespace ibtest
