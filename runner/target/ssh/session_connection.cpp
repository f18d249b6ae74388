#include "runner/target/ssh/session_connection.hpp"

#include <utility>

#include <fmt/format.h>

#include "agent/protocol/execution_id.hpp"
#include "agent/protocol/session_lines.hpp"
#include "runner/ssh/host_key.hpp"
#include "runner/subprocess/line_conversation.hpp"
#include "runner/subprocess/line_splitter.hpp"
#include "runner/target/container/engine_error.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t errors_limit = 64U << 10U;
constexpr std::size_t preface_limit = 64U << 10U;
constexpr std::size_t most_unsent = 256U << 10U;
constexpr auto exit_patience = 2s;
constexpr auto answer_patience = 120s;

/// The script gets the paths as the first lines of its input; {0} is what the first connection asks for. An agent that
/// is used is not removed as an old one.
constexpr std::string_view attach_script =
    R"sh(IFS= read -r a; IFS= read -r o; IFS= read -r f; touch -c "$a" 2>/dev/null; cd /; )sh"
    R"sh(exec "$a" attach {0}--owner "$o" "$f")sh";

/// What went wrong, without what the agent would do about it.
std::string cause_in(std::string_view errors) {
  return essence_of(errors.substr(0, errors.find(remedy_prefix)));
}

}  // namespace

SessionConnection::SessionConnection(std::shared_ptr<SshHost> host, ProcessLoop& loop, SessionPlace place,
                                     ProgressSink& progress)
    : host_(std::move(host)),
      loop_(loop),
      place_(std::move(place)),
      progress_(progress),
      reported_interrupts_(loop.interrupts()) {
  greeting_.conversation = make_execution_id();
  greeting_.last_event = place_.last_event.value_or(0);
  begun_ = place_.last_event.has_value();
  open();
  const auto deadline = Clock::now() + answer_patience;
  while (!greeted_ && !over_) {
    if (loop_.interrupts() > reported_interrupts_) throw Interrupted{};
    if (!channel_) {
      connect_again({});
    } else if (!advance()) {
      if (!waits_for_run_ && Clock::now() >= deadline) {
        end(fmt::format("it has not answered within {} s", answer_patience.count()));
      } else if (channel_) {
        channel_->session().wait_until(waits_for_run_ ? Clock::time_point::max() : deadline);
      }
    }
  }
}

void SessionConnection::open() {
  const std::string script = fmt::format(attach_script, begun_ ? "" : "--start ");
  greeting_.received = stream_.received();
  preface_.clear();
  errors_.clear();
  greeted_ = false;
  channel_ = host_->start(SshHost::As::root, script,
                          fmt::format("{}\n{}\n{}\n{}", place_.agent, place_.owner, place_.folder, encode(greeting_)));
}

void SessionConnection::send(std::string line, SendShare share) {
  line += '\n';
  stream_.send(line);
  queued_ += line.size();
  if (share) shares_.push_back({queued_, std::move(share)});
  if (channel_) advance();
}

AgentConnection::Received SessionConnection::receive(std::optional<Clock::time_point> wake_at) {
  for (;;) {
    if (loop_.interrupts() > reported_interrupts_) {
      reported_interrupts_ = loop_.interrupts();
      return {.woken = true};
    }
    if (wake_at && Clock::now() >= *wake_at) return {.woken = true};
    if (auto line = lines_.take_line()) return {.line = std::move(line)};
    if (lines_.waiting() > LineConversation::longest_line)
      throw Fault(ExitStatus::target_failed, "the agent sent a line of more than 64 MiB");
    if (over_) return {.ended = true};
    if (!channel_) {
      try {
        connect_again(wake_at);
      } catch (const Interrupted&) {  // NOLINT(bugprone-empty-catch): reported in the next turn
      }
    } else if (!advance() && channel_) {
      channel_->session().wait_until(wake_at.value_or(Clock::time_point::max()));
    }
  }
}

bool SessionConnection::advance() {
  bool moved = channel_->exchange();
  append_tail(errors_, channel_->take_error_output(), errors_limit);
  if (const std::string output = channel_->take_output(); !output.empty()) hear(output);
  if (greeted_ && channel_->unsent() < most_unsent) {
    const std::string outgoing = stream_.take_outgoing(most_unsent);
    channel_->write(outgoing);
    if (!outgoing.empty()) moved = channel_->exchange() || moved;
  }
  if (stream_.over()) end({});
  if (channel_->ended()) {
    on_channel_end();
    moved = true;
  }
  return moved;
}

void SessionConnection::hear(std::string_view bytes) {
  while (!greeted_ && !over_ && !bytes.empty()) {
    const auto end = bytes.find('\n');
    preface_ += bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (end == std::string_view::npos) {
      if (preface_.size() > preface_limit) preface_.clear();
      return;
    }
    hear_greeting(std::exchange(preface_, {}));
  }
  if (over_ || bytes.empty()) return;
  std::string payload;
  stream_.receive(bytes, payload);
  let_shares_go();
  lines_.append(payload);
}

void SessionConnection::let_shares_go() {
  const std::uint64_t acknowledged = queued_ - stream_.unacknowledged();
  while (!shares_.empty() && shares_.front().end <= acknowledged)
    shares_.pop_front();
}

// Lines that mean nothing are what the user's shell greets with.
void SessionConnection::hear_greeting(std::string_view line) {
  if (line.starts_with(host_busy_prefix)) {
    waits_for_run_ = true;
    progress_.activity(fmt::format("waiting until {} is free: {} executes there", host_->name(),
                                   line.substr(host_busy_prefix.size())));
    return;
  }
  if (line == no_session_line) {
    append_tail(errors_, channel_->take_error_output(), errors_limit);
    const std::string words = cause_in(errors_);
    return end_without_agent(words.empty() ? "it is not there any more" : words);
  }
  const auto its = decode_greeting(line);
  if (!its) return;
  if (its->conversation != greeting_.conversation || !stream_.resume(its->received))
    return end("it talks to another ibtest now");
  let_shares_go();
  greeted_ = true;
  begun_ = true;
  if (waits_for_run_ || pauses_) {
    const auto away = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - lost_at_);
    progress_.finished(waits_for_run_ ? host_->name() + " is free"
                                      : fmt::format("connected to {} again, after {} s", host_->name(), away.count()));
  }
  waits_for_run_ = false;
  pauses_.reset();
}

void SessionConnection::on_channel_end() {
  if (!over_ && channel_->broken().empty() && !greeted_) {
    std::optional<int> status;
    try {
      status = channel_->wait_for_exit(SshSession::within(exit_patience, 2));
    } catch (const Fault&) {  // NOLINT(bugprone-empty-catch): then it is not known
    }
    const std::string words = cause_in(errors_);
    // An agent that has just ended closes a connection without a word; the next one tells whether there is one.
    const bool agent_closed = status == 0 && words.empty();
    if (channel_->broken().empty() && !agent_closed)
      end_without_agent(words.empty() ? fmt::format("exit status {}", status.value_or(-1)) : words);
  }
  loss_ = channel_->broken().empty() ? "the host has closed it" : channel_->broken();
  channel_.reset();
  if (over_) return;
  lost_at_ = Clock::now();
  if (!pauses_) pauses_.emplace(loop_, lost_at_ + host_->options().reconnect_timeout);
}

void SessionConnection::end_without_agent(const std::string& words) {
  end(host_->survey().boot == place_.boot ? words : "the host was rebooted meanwhile");
}

std::string SessionConnection::out_of_reach() const {
  if (given_up_) return end_reason_;
  if (over_ || (channel_ && greeted_)) return {};
  return fmt::format("the connection to {} was lost ({})", host_->name(), loss_);
}

void SessionConnection::end(std::string reason) {
  if (over_) return;
  over_ = true;
  end_reason_ = std::move(reason);
}

void SessionConnection::connect_again(std::optional<Clock::time_point> wake_at) {
  // Whoever was told of an interrupt has something to say to the agent because of it.
  const InterruptsTaken taken(loop_, reported_interrupts_);
  progress_.activity(fmt::format("the connection to {} was lost ({}); connecting again", host_->name(), loss_));
  ReconnectPauses pauses = *pauses_;
  if (wake_at) pauses.end_by(*wake_at);
  try {
    reconnect(*host_, pauses, progress_);
    open();
  } catch (const HostKeyRefused& refused) {
    given_up_ = begun_;
    end(refused.message());
  } catch (const Fault& fault) {
    // A host that is reached, but breaks the connection at once.
    if (!host_->is_connected() && (pauses.deadline() < pauses_->deadline() || pauses_->wait())) return;
    host_->give_up();
    given_up_ = begun_;
    end(fmt::format("the connection to {} was lost ({}), and it could not be reached again within {} s: {}",
                    host_->name(), loss_, host_->options().reconnect_timeout.count(), fault.message()));
  }
  if (over_) progress_.finished({});
}

}  // namespace ibtest
