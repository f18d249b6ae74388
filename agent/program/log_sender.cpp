#include "agent/program/log_sender.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <unistd.h>
#include <vector>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

struct LogFile {
  std::filesystem::path path;
  std::uintmax_t size = 0;
};

std::vector<LogFile> files_below(const std::filesystem::path& folder) {
  std::vector<LogFile> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file(error) && !entry.is_symlink(error))
      files.push_back({entry.path(), entry.file_size(error)});
  }
  return files;
}

// The size was announced: a file that has become shorter is filled up, what has come since is left out.
std::string send_file(const LogFile& file, RunnerExchange& exchange) {
  const FileDescriptor input(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!input.is_open()) return system_error_text("reading " + file.path.string(), errno);
  constexpr std::size_t piece = 64U << 10U;
  const auto buffer = std::make_unique_for_overwrite<char[]>(piece);
  for (std::uintmax_t left = file.size; left > 0;) {
    const ssize_t size = ::read(input.get(), buffer.get(), std::min<std::uintmax_t>(left, piece));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error_text("reading " + file.path.string(), errno);
    if (size == 0) return file.path.string() + " has become shorter";
    if (!exchange.send({buffer.get(), static_cast<std::size_t>(size)})) return exchange.finish().error;
    left -= static_cast<std::uintmax_t>(size);
  }
  return {};
}

}  // namespace

std::string send_logs(const std::filesystem::path& log_folder, RunnerExchanges& exchanges,
                      std::function<bool()> must_stop) {
  const std::vector<LogFile> files = files_below(log_folder);
  nlohmann::json question = {{"ask", "keep-logs"}, {"files", nlohmann::json::array()}};
  for (const LogFile& file : files)
    question["files"].push_back({{"path", file.path.lexically_relative(log_folder).string()}, {"size", file.size}});
  const auto exchange = exchanges.open(std::move(question), std::move(must_stop));
  for (const LogFile& file : files) {
    if (std::string error = send_file(file, *exchange); !error.empty()) return error;
  }
  exchange->leave();
  return {};
}

}  // namespace ibtest
