#include "runner/target/ssh/agent_upload.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "agent/protocol/execution_id.hpp"
#include "runner/subprocess/line_splitter.hpp"
#include "runner/target/agent_choice.hpp"
#include "runner/target/container/engine_error.hpp"
#include "runner/target/gzip.hpp"
#include "runner/target/sha256.hpp"

namespace ibtest {

namespace {

constexpr std::size_t piece = 256U << 10U;

// The scripts get the folder as the first line of their input; {0} is the hash of the agent, {1} names this upload.
// What a broken transfer leaves is FILE.part. An upload takes it by renaming it to a part of its own, which only one of
// several at once can do; the others begin anew, and each writes to its own.

/// The agent is there, as another upload has just finished, or a part of it, which is this upload's from now on.
constexpr std::string_view look_script =
    R"sh(IFS= read -r d; f=$d/ibtest-agent-{0}; )sh"
    R"sh(if [ -f "$f" ] && [ -x "$f" ]; then echo "ibtest present"; )sh"
    R"sh(else p=$f.{1}.part; mv -f "$f.part" "$p" 2>/dev/null; )sh"
    R"sh(if [ -f "$p" ]; then echo "ibtest part $(wc -c <"$p")"; fi; fi; echo "ibtest looked")sh";

/// Appends what follows in the input. {2} is the program that makes bytes of it. Agents that nobody has used for a
/// month are removed.
constexpr std::string_view receive_script =
    R"sh(umask 077; IFS= read -r d; f=$d/ibtest-agent-{0}; p=$f.{1}.part; )sh"
    R"sh(if {2} >>"$p"; then chmod 700 "$p"; )sh"
    R"sh(if command -v sha256sum >/dev/null 2>&1; then s=$(sha256sum <"$p"); else s=$("$p" --sha256); fi; )sh"
    R"sh(case $s in {0}*) mv -f "$p" "$f" && echo "ibtest installed"; )sh"
    R"sh(find "$d" -name "ibtest-agent-*" -mtime +30 -exec rm -f {{}} + 2>/dev/null;; )sh"
    R"sh(*) rm -f "$p"; echo "ibtest damaged";; esac; )sh"
    R"sh(else mv -f "$p" "$f.part"; echo "ibtest incomplete"; fi)sh";

constexpr std::string_view forget_script =
    R"sh(IFS= read -r d; f=$d/ibtest-agent-{0}; rm -f "$f.part" "$f.{1}.part")sh";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file.is_open() || file.bad())
    throw Fault(ExitStatus::target_failed, system_error_text("cannot read " + path.string(), errno));
  return std::move(text).str();
}

class Upload {
 public:
  Upload(SshHost& host, const std::filesystem::path& agent, ProgressSink& progress)
      : host_(host),
        progress_(progress),
        bytes_(read_file(agent)),
        hash_(sha256_of(bytes_)),
        place_(fmt::format("{}/ibtest-agent-{}", host.survey().folder, hash_)) {}

  std::string run() {
    if (std::ranges::count(host_.survey().agents, hash_) > 0) return place_;
    constexpr int most_attempts = 2;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
      const std::optional<std::size_t> there = look();
      if (!there) return place_;
      if (send(*there)) return place_;
    }
    throw Fault(ExitStatus::target_failed,
                fmt::format("the agent arrives damaged on {}: its SHA-256 is not {}", host_.settings().host, hash_));
  }

 private:
  [[nodiscard]] std::string folder_line() const { return host_.survey().folder + "\n"; }

  [[nodiscard]] Fault failure(const SshResult& result) const {
    return {ExitStatus::target_failed,
            fmt::format("bringing the agent to {}, folder {}: {}", host_.settings().host, host_.survey().folder,
                        essence_of(result.errors)),
            result.errors.find("No space left") != std::string::npos || result.errors.find("quota") != std::string::npos
                ? "Make room there for a program of about 10 MB."
                : ""};
  }

  // Nothing when the agent is there; else how much of it is.
  [[nodiscard]] std::optional<std::size_t> look() {
    const SshResult result =
        host_.run(SshHost::As::user, fmt::format(look_script, hash_, id_), {.input = folder_line()});
    std::size_t size = 0;
    bool looked = false;
    for (const auto& [word, rest] : said_by_script(result.output)) {
      if (word == "present") return std::nullopt;
      if (word == "part") {
        const auto digits = rest.find_first_not_of(' ');  // some `wc` align to the right
        if (digits != std::string::npos) std::from_chars(rest.data() + digits, rest.data() + rest.size(), size);
      }
      if (word == "looked") looked = true;
    }
    if (!looked) throw failure(result);
    return size;
  }

  // False when it arrived damaged and was removed.
  bool send(std::size_t there) {
    if (there > bytes_.size()) {
      forget();
      there = 0;
    }
    progress_.activity(there == 0 ? "bringing the agent to the host (once)"
                                  : "bringing the rest of the agent to the host");
    const bool compressed = host_.survey().has("gzip");
    const std::string_view rest = std::string_view(bytes_).substr(there);
    const std::string stream = compressed ? gzip(rest) : std::string(rest);
    std::size_t sent = 0;
    SshRun run;
    run.input = folder_line();
    run.more_input = [&]() -> std::optional<std::string> {
      if (sent == stream.size()) return std::nullopt;
      std::string next = stream.substr(sent, piece);
      sent += next.size();
      return next;
    };
    const SshResult result =
        host_.run(SshHost::As::user, fmt::format(receive_script, hash_, id_, compressed ? "gzip -dc" : "cat"), run);
    for (const auto& [word, ignored] : said_by_script(result.output)) {
      if (word == "installed") {
        progress_.finished("the agent is on the host");
        return true;
      }
      if (word == "damaged") return false;
    }
    // What fills a disk must not stay.
    forget();
    throw failure(result);
  }

  void forget() {
    static_cast<void>(host_.run(SshHost::As::user, fmt::format(forget_script, hash_, id_), {.input = folder_line()}));
  }

  SshHost& host_;
  ProgressSink& progress_;
  std::string bytes_;
  std::string hash_;
  std::string id_ = make_execution_id();
  std::string place_;
};

}  // namespace

std::string upload_agent(SshHost& host, const std::filesystem::path& agent_executable, ProgressSink& progress) {
  return Upload(host, agent_for(host.survey().machine, agent_executable), progress).run();
}

}  // namespace ibtest
