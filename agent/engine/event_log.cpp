#include "agent/engine/event_log.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "agent/protocol/fault.hpp"

namespace ibtest {

namespace {

constexpr std::size_t flush_size = 256U << 10U;
constexpr std::size_t block_capacity = 64U << 10U;
// More unsent events in memory than this ask the step's process to wait.
constexpr std::size_t memory_limit = 1U << 20U;
// Sent in one go before other handlers get their turn.
constexpr std::size_t send_turn = 1U << 20U;

}  // namespace

EventLog::EventLog(boost::asio::io_context& context)
    : output_(context), context_(context), self_(std::make_shared<EventLog*>(this)), flush_timer_(context) {}

EventLog::EventLog(boost::asio::io_context& context, int output) : EventLog(context) {
  send_to(output, 0);
}

EventLog::~EventLog() {
  *self_ = nullptr;
  leave_reader();
}

void EventLog::leave_reader() {
  if (!output_.is_open()) return;
  const int output = output_.release();
  ::fcntl(output, F_SETFL, output_flags_);
}

void EventLog::send_to(int output, std::uint64_t last_event) {
  flush();
  leave_reader();
  reader_left();
  send_pending_ = false;
  file_read_ = place_after(last_event);
  output_flags_ = ::fcntl(output, F_GETFL);
  struct stat status {};
  if (output_flags_ < 0 || ::fstat(output, &status) != 0) return;
  output_always_ready_ = S_ISREG(status.st_mode) || S_ISCHR(status.st_mode);
  if (output_always_ready_) output_flags_ = output_flags_ & ~O_NONBLOCK;
  ::fcntl(output, F_SETFL, output_always_ready_ ? output_flags_ : output_flags_ | O_NONBLOCK);
  output_.assign(output);
  gone_ = false;
  send();
}

std::uint64_t EventLog::place_after(std::uint64_t event) const {
  std::uint64_t place = 0;
  std::uint64_t line_begin = 0;
  std::optional<std::uint64_t> number;  // of the line that is read; they follow one another
  std::string first_line;
  const auto block = std::make_unique_for_overwrite<char[]>(block_capacity);
  while (place < file_size_) {
    const ssize_t size = ::pread(file_.get(), block.get(), block_capacity, static_cast<off_t>(place));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    std::string_view bytes(block.get(), static_cast<std::size_t>(size));
    for (std::size_t end = 0; (end = bytes.find('\n')) != std::string_view::npos; bytes.remove_prefix(end + 1)) {
      if (!number) {
        first_line += bytes.substr(0, end);
        number = decode_event(first_line).sequence;
      }
      if (*number > event) return line_begin;
      ++*number;
      place += end + 1;
      line_begin = place;
    }
    if (!number) first_line += bytes;
    place += bytes.size();
  }
  return line_begin;
}

void EventLog::open(const std::filesystem::path& file) {
  flush();
  before_file_ = std::exchange(after_file_, {});
  before_file_.erase(0, std::exchange(after_file_sent_, 0));
  file_name_ = file.string();
  file_ = FileDescriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file_.is_open()) write_error_ = system_error_text("writing " + file_name_, errno);
}

void EventLog::consume(const Event& event) {
  const auto* const line = std::get_if<LogLine>(&event.body);
  if (line != nullptr && line->level == LogLevel::debug) return;
  waiting_ += encode(event);
  waiting_ += '\n';
  if (waiting_.size() >= flush_size) return flush();
  if (flush_scheduled_) return;
  flush_scheduled_ = true;
  flush_timer_.expires_after(flush_delay);
  flush_timer_.async_wait([self = self_](const boost::system::error_code& error) {
    if (error || *self == nullptr) return;
    (*self)->flush_scheduled_ = false;
    (*self)->flush();
  });
}

void EventLog::flush() {
  if (waiting_.empty()) return;
  // Without a backlog what has just been written need not be read back.
  const bool direct = !send_pending_ && !gone_ && !has_unsent();
  const std::uint64_t file_size_before = file_size_;
  append_to_file(waiting_);
  const auto in_file = static_cast<std::size_t>(file_size_ - file_size_before);
  if (direct && in_file > 0) {
    const ssize_t size = ::write(output_.native_handle(), waiting_.data(), in_file);
    if (size > 0) file_read_ += static_cast<std::uint64_t>(size);
    if (size < 0 && errno != EAGAIN && errno != EINTR) reader_left();
  }
  if (in_file < waiting_.size() && !gone_) after_file_.append(waiting_, in_file);
  waiting_.clear();
  send();
}

void EventLog::append_to_file(std::string_view bytes) {
  while (!bytes.empty() && file_.is_open() && write_error_.empty()) {
    const ssize_t size = ::write(file_.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      write_error_ = system_error_text("writing " + file_name_, errno);
      return;
    }
    file_size_ += static_cast<std::uint64_t>(size);
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

bool EventLog::has_unsent() const {
  return !before_file_.empty() || block_sent_ < block_size_ || file_read_ < file_size_ ||
         after_file_sent_ < after_file_.size() || !asides_.empty();
}

void EventLog::send_aside(std::string line) {
  if (gone_) return;
  asides_.push_back(std::move(line));
  send();
}

bool EventLog::accepts_output() const {
  return gone_ || after_file_.size() - after_file_sent_ < memory_limit;
}

std::string_view EventLog::next_unsent() {
  if (aside_sent_ > 0) return std::string_view(asides_.front()).substr(aside_sent_);
  if (!before_file_.empty()) return before_file_;
  if (block_sent_ == block_size_ && file_read_ < file_size_) {
    if (!block_) block_ = std::make_unique_for_overwrite<char[]>(block_capacity);
    const ssize_t size = ::pread(file_.get(), block_.get(), block_capacity, static_cast<off_t>(file_read_));
    block_sent_ = 0;
    block_size_ = size > 0 ? static_cast<std::size_t>(size) : 0;
    file_read_ = size > 0 ? file_read_ + block_size_ : file_size_;
  }
  if (block_sent_ < block_size_) return {block_.get() + block_sent_, block_size_ - block_sent_};
  // All of these end with a line, so what is no event may stand here.
  if (after_file_sent_ == after_file_.size() && !asides_.empty()) return asides_.front();
  return std::string_view(after_file_).substr(after_file_sent_);
}

void EventLog::sent(std::size_t size) {
  if (aside_sent_ == 0 && !before_file_.empty()) {
    before_file_.erase(0, size);
  } else if (aside_sent_ == 0 && block_sent_ < block_size_) {
    block_sent_ += size;
  } else if (aside_sent_ > 0 || after_file_sent_ == after_file_.size()) {
    aside_sent_ += size;
    if (aside_sent_ == asides_.front().size()) {
      asides_.pop_front();
      aside_sent_ = 0;
    }
  } else {
    after_file_sent_ += size;
    if (after_file_sent_ == after_file_.size()) {
      after_file_.clear();
      after_file_sent_ = 0;
    } else if (after_file_sent_ >= memory_limit) {
      after_file_.erase(0, std::exchange(after_file_sent_, 0));
    }
  }
}

void EventLog::send() {
  if (send_pending_ || gone_) return;
  std::size_t turn = 0;
  while (has_unsent() && turn < send_turn) {
    const std::string_view bytes = next_unsent();
    if (bytes.empty()) break;
    const ssize_t size = ::write(output_.native_handle(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == EAGAIN) {
      send_pending_ = true;
      output_.async_wait(boost::asio::posix::stream_descriptor::wait_write,
                         [self = self_](const boost::system::error_code& error) {
                           if (error || *self == nullptr) return;
                           (*self)->send_pending_ = false;
                           (*self)->send();
                         });
      break;
    }
    if (size < 0) return reader_left();
    sent(static_cast<std::size_t>(size));
    turn += static_cast<std::size_t>(size);
  }
  if (turn >= send_turn && has_unsent()) {
    send_pending_ = true;
    boost::asio::post(context_, [self = self_] {
      if (*self == nullptr) return;
      (*self)->send_pending_ = false;
      (*self)->send();
    });
  }
  call_waiting();
}

void EventLog::reader_left() {
  gone_ = true;
  before_file_.clear();
  after_file_.clear();
  after_file_sent_ = 0;
  asides_.clear();
  aside_sent_ = 0;
  block_size_ = 0;
  block_sent_ = 0;
  call_waiting();
}

void EventLog::call_waiting() {
  if (waiting_for_room_.empty() || !accepts_output()) return;
  for (auto& callback : std::exchange(waiting_for_room_, {}))
    boost::asio::post(context_, std::move(callback));
}

}  // namespace ibtest
