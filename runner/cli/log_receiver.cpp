#include "runner/cli/log_receiver.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "agent/protocol/event.hpp"
#include "agent/protocol/exchange_frame.hpp"
#include "agent/protocol/file_descriptor.hpp"
#include "agent/protocol/job.hpp"
#include "runner/exchange/exchange_server.hpp"

namespace ibtest {

namespace {

using Clock = std::chrono::steady_clock;

// Beyond it the machine's own copy is the quicker one.
constexpr std::uintmax_t size_limit = 16U << 20U;
constexpr std::size_t most_files = 10'000;
constexpr std::chrono::seconds patience{30};
// The thread that writes is at its end soon after the agent; nothing tells the loop.
constexpr std::chrono::milliseconds moment{2};

struct AnnouncedFile {
  std::filesystem::path path;
  std::uintmax_t size = 0;
};

// What a target says is not to be trusted: no path may lead out of the folder.
bool stays_inside(const std::filesystem::path& path) {
  return !path.empty() && path.is_relative() && path.has_filename() &&
         std::ranges::none_of(path, [](const auto& part) { return part == ".." || part == "."; });
}

std::vector<AnnouncedFile> announced_files(const nlohmann::json& question) {
  const auto list = question.find("files");
  if (list == question.end() || !list->is_array() || list->size() > most_files)
    throw ExchangeFailure("the agent announces no usable list of files");
  std::vector<AnnouncedFile> files;
  files.reserve(list->size());
  std::uintmax_t sum = 0;
  for (const auto& item : *list) {
    const auto size = item.is_object() ? item.find("size") : item.end();
    if (!item.is_object() || size == item.end() || !size->is_number_unsigned())
      throw ExchangeFailure("the agent announces a file without size");
    AnnouncedFile file{text_in(item, "path"), size->get<std::uintmax_t>()};
    if (!stays_inside(file.path)) throw ExchangeFailure("the agent announces a file outside its log folder");
    if (file.size > size_limit || (sum += file.size) > size_limit) throw ExchangeFailure("the logs are large");
    files.push_back(std::move(file));
  }
  return files;
}

/// Writes what an agent sends into a folder.
class LogWriter final : public ExchangeHandler {
 public:
  explicit LogWriter(std::filesystem::path folder) : folder_(std::move(folder)) {}

  [[nodiscard]] nlohmann::json answer(const nlohmann::json& question, ExchangeStream& stream) override {
    try {
      if (text_in(question, "ask") != "keep-logs") throw ExchangeFailure("nothing else can be asked now");
      std::string piece;
      for (const AnnouncedFile& file : announced_files(question))
        write(file, stream, piece);
    } catch (const std::exception& exception) {
      end_with(exception.what());
      throw;
    }
    end_with({});
    return nlohmann::json::object();
  }

  /// What went wrong, empty when nothing did; nothing while it goes on.
  [[nodiscard]] std::optional<std::string> outcome() const {
    const std::lock_guard lock(mutex_);
    return outcome_;
  }

 private:
  void end_with(std::string error) {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(error);
  }

  void write(const AnnouncedFile& announced, ExchangeStream& stream, std::string& piece) const {
    const auto path = folder_ / announced.path;
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (!file.is_open()) throw ExchangeFailure(system_error_text("writing " + path.string(), errno));
    for (std::uintmax_t left = announced.size; left > 0;) {
      if (piece.empty()) {
        auto next = stream.receive();
        if (!next) throw ExchangeFailure("the agent sends less than it has announced");
        piece = std::move(*next);
        continue;
      }
      const auto size = static_cast<std::size_t>(std::min<std::uintmax_t>(left, piece.size()));
      if (const int reason = write_all(file.get(), std::string_view(piece).substr(0, size)); reason != 0)
        throw ExchangeFailure(system_error_text("writing " + path.string(), reason));
      piece.erase(0, size);
      left -= size;
    }
  }

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::optional<std::string> outcome_;
};

// The agent does not wait until its logs are written, and what is written is not what it says.
std::string converse(ProcessLoop& loop, AgentConnection& connection, ExchangeServer& exchanges,
                     const LogWriter& writer) {
  auto deadline = Clock::now() + patience;
  bool all_sent = false;
  while (loop.interrupts() < 2) {
    if (all_sent) {
      if (auto outcome = writer.outcome()) return std::move(*outcome);
    }
    AgentConnection::Received received =
        connection.receive(all_sent ? std::min(deadline, Clock::now() + moment) : deadline);
    if (received.ended) return "the agent has ended";
    if (received.woken && Clock::now() >= deadline) return "the agent does not answer";
    if (!received.line) continue;
    deadline = Clock::now() + patience;
    if (is_exchange_line(*received.line)) {
      exchanges.received(std::move(*received.line));
      continue;
    }
    const Event event = decode_event(*received.line);
    const auto* const sent = std::get_if<LogsSent>(&event.body);
    if (sent != nullptr && !sent->error.empty()) return sent->error;
    if (sent != nullptr) all_sent = true;
  }
  return "interrupted";
}

}  // namespace

std::string receive_logs(ProcessLoop& loop, AgentConnection& connection, const std::filesystem::path& destination) {
  std::string error;
  try {
    std::filesystem::create_directories(destination);
    LogWriter writer(destination);
    ExchangeServer exchanges(loop, writer, [&connection](std::string line, SendShare share) {
      connection.send(std::move(line), std::move(share));
    });
    connection.send(encode(Command{SendLogs{}}));
    error = converse(loop, connection, exchanges, writer);
  } catch (const std::exception& exception) {
    error = exception.what();
  }
  std::error_code ignored;
  if (!error.empty()) std::filesystem::remove_all(destination, ignored);
  return error;
}

}  // namespace ibtest
