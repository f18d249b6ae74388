#include "runner/ssh/ssh_login.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iterator>
#include <libssh2.h>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runner/ssh/known_hosts.hpp"
#include "runner/ssh/private_key_file.hpp"
#include "runner/ssh/terminal_question.hpp"

namespace ibtest {

using namespace std::chrono_literals;

namespace {

/// A host may wait on purpose after a wrong password, and an agent for its owner's nod.
constexpr auto answer_limit = 60s;
constexpr int most_questions = 3;

/// A host's words, without what would move a terminal's cursor.
std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(
      result, [](unsigned char letter) { return (letter < ' ' && letter != '\n') || letter == 0x7f; }, '?');
  return result;
}

/// Records that a signature is wanted, and gives none.
int note_signature_wanted(LIBSSH2_SESSION* /*session*/, unsigned char** /*signature*/, std::size_t* /*size*/,
                          const unsigned char* /*data*/, std::size_t /*data_size*/, void** abstract) {
  *static_cast<bool*>(*abstract) = true;
  return -1;
}

struct AgentClose {
  void operator()(LIBSSH2_AGENT* agent) const {
    libssh2_agent_disconnect(agent);
    libssh2_agent_free(agent);
  }
};

class Login {
 public:
  Login(SshSession& session, const SshOptions& options, SshSecrets& secrets, const std::function<void()>& before_asking)
      : session_(session),
        options_(options),
        secrets_(secrets),
        before_asking_(before_asking),
        user_(session.settings().user) {}

  void run() {
    if (!options_.login_password && try_only_key()) return;
    if (ask_methods()) return;
    if (options_.login_password && try_password()) return;
    if (accepts("publickey") && !only_key_tried_ && try_keys()) return;
    // A host that wants a key and a password says so only after the key.
    if (!accepts("password") && !accepts("keyboard-interactive") && ask_methods()) return;
    if (!password_offered_ && try_password()) return;
    throw refused();
  }

 private:
  [[nodiscard]] SshSession::Patience patience() const { return SshSession::within(answer_limit); }
  [[nodiscard]] LIBSSH2_SESSION* handle() const { return session_.handle(); }

  // True when the host asks for nothing at all.
  bool ask_methods() {
    const char* const methods = session_.complete(patience(), [&] {
      return libssh2_userauth_list(handle(), user_.data(), static_cast<unsigned int>(user_.size()));
    });
    if (methods != nullptr) {
      methods_ = methods;
      return false;
    }
    if (libssh2_userauth_authenticated(handle()) == 1) return true;
    throw tried_.empty() ? session_.fault("logging in on " + session_.settings().host) : refused();
  }

  [[nodiscard]] bool accepts(std::string_view method) const {
    return ("," + methods_ + ",").find(fmt::format(",{},", method)) != std::string::npos;
  }

  // libssh2 has no error of its own for a host that hangs up while it is waited for.
  [[nodiscard]] bool is_gone(int result) const {
    return result == LIBSSH2_ERROR_SOCKET_DISCONNECT || result == LIBSSH2_ERROR_SOCKET_RECV ||
           result == LIBSSH2_ERROR_SOCKET_SEND || (result != 0 && session_.last_error().starts_with("Waiting for"));
  }

  // What the host made of an attempt. Throws when there can be no further one.
  bool succeeded(int result, const std::string& what) {
    if (result == 0) return true;
    if (result == LIBSSH2_ERROR_AUTHENTICATION_FAILED || result == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED) {
      tried_.push_back(what + " (refused)");
    } else {
      tried_.push_back(fmt::format("{} ({})", what, session_.last_error()));
    }
    if (is_gone(result)) throw refused("the host has closed the connection after so many attempts");
    return false;
  }

  // The one key there is, without asking first what the host accepts: that saves a round trip where it is taken, as it
  // mostly is. Where it is not, the question counts as an attempt; with several keys a host would soon have had enough.
  bool try_only_key() {
    if (!session_.settings().agent_socket.empty()) return false;
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    std::ranges::copy_if(session_.settings().keys, std::back_inserter(files),
                         [&](const auto& file) { return std::filesystem::exists(file, ignored); });
    if (files.size() != 1) return false;
    try {
      const PrivateKeyFile key = read_private_key(files.front());
      if (key.encrypted) return false;  // nobody is asked before it is known that the host takes keys
      only_key_tried_ = true;
      return try_key(files.front(), key, "");
    } catch (const Fault&) {
      if (over_) throw;
      return false;  // said when it is its turn
    }
  }

  bool try_keys() {
    const bool named = !options_.keys.empty();
    if (try_agent(true)) return true;
    if (named && try_key_files()) return true;
    if (!session_.settings().identities_only && try_agent(false)) return true;
    return !named && try_key_files();
  }

  // The agent's keys that are among the key files, or the others.
  bool try_agent(bool among_files) {
    const std::string& socket = session_.settings().agent_socket;
    if (socket.empty()) return false;
    const std::unique_ptr<LIBSSH2_AGENT, AgentClose> agent(libssh2_agent_init(handle()));
    if (!agent) return false;
    libssh2_agent_set_identity_path(agent.get(), socket.c_str());
    if (libssh2_agent_connect(agent.get()) != 0 || libssh2_agent_list_identities(agent.get()) != 0) {
      if (among_files) tried_.push_back("the agent (it does not answer)");
      return false;
    }
    libssh2_agent_publickey* key = nullptr;
    while (libssh2_agent_get_identity(agent.get(), &key, key) == 0) {
      const std::string_view blob(reinterpret_cast<const char*>(key->blob), key->blob_len);
      if (is_key_of_file(blob) != among_files) continue;
      const int result =
          session_.complete(patience(), [&] { return libssh2_agent_userauth(agent.get(), user_.c_str(), key); });
      if (session_.loop().interrupts() > 0) throw Interrupted{};
      if (succeeded(result, fmt::format("the agent's key {} {}", key_type(blob), printable(key->comment)))) return true;
      if (among_files) refused_by_agent_.emplace_back(blob);
    }
    return false;
  }

  [[nodiscard]] bool is_key_of_file(std::string_view blob) const {
    return std::ranges::any_of(session_.settings().keys, [&](const std::filesystem::path& file) {
      return read_public_key(file) == blob || read_public_key(file.string() + ".pub") == blob;
    });
  }

  bool try_key_files() {
    for (const auto& file : session_.settings().keys) {
      std::error_code error;
      if (!std::filesystem::exists(file, error)) continue;
      try {
        const PrivateKeyFile key = read_private_key(file);
        if (std::ranges::count(refused_by_agent_, key.public_key) > 0) continue;
        if (key.encrypted ? try_encrypted(file, key) : try_key(file, key, "")) return true;
      } catch (const Fault& fault) {
        if (over_) throw;
        tried_.push_back(fault.message());
      }
    }
    return false;
  }

  int offer(const PrivateKeyFile& key, const std::string& passphrase) {
    return session_.complete(patience(), [&] {
      return libssh2_userauth_publickey_frommemory(handle(), user_.data(), user_.size(), nullptr, 0, key.text.data(),
                                                   key.text.size(), passphrase.c_str());
    });
  }

  bool try_key(const std::filesystem::path& file, const PrivateKeyFile& key, const std::string& passphrase) {
    return succeeded(offer(key, passphrase), file.string());
  }

  // Nobody is asked for the passphrase of a key that the host does not take.
  bool try_encrypted(const std::filesystem::path& file, const PrivateKeyFile& key) {
    if (!key.public_key.empty() && !is_wanted(key.public_key)) {
      tried_.push_back(file.string() + " (refused)");
      return false;
    }
    if (const auto known = secrets_.passphrases.find(file); known != secrets_.passphrases.end())
      return try_key(file, key, known->second);
    for (int i = 0; i < most_questions; ++i) {
      before_asking_();
      const auto passphrase =
          ask_for_secret(session_.loop(),
                         fmt::format("{}passphrase of the key {}: ", i == 0 ? "" : "that is not it; ", file.string()));
      if (!passphrase) {
        tried_.push_back(file.string() + " (needs its passphrase, and there is no terminal to ask for it)");
        return false;
      }
      const int result = offer(key, *passphrase);
      // The private part cannot be read: nothing was sent.
      const bool wrong = result != 0 && result != LIBSSH2_ERROR_AUTHENTICATION_FAILED &&
                         result != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED && !is_gone(result);
      if (wrong) continue;
      secrets_.passphrases.emplace(file, *passphrase);
      return succeeded(result, file.string());
    }
    tried_.push_back(file.string() + " (wrong passphrase)");
    return false;
  }

  // Asks without a signature whether the host would take a key.
  bool is_wanted(const std::string& public_key) {
    bool wanted = false;
    void* abstract = &wanted;
    const int result = session_.complete(patience(), [&] {
      return libssh2_userauth_publickey(handle(), user_.c_str(),
                                        reinterpret_cast<const unsigned char*>(public_key.data()), public_key.size(),
                                        note_signature_wanted, &abstract);
    });
    if (is_gone(result)) throw refused("the host has closed the connection after so many attempts");
    return wanted;
  }

  [[nodiscard]] std::optional<std::string> given_password() const {
    if (secrets_.password) return secrets_.password;
    if (!options_.login_password || options_.login_password->variable.empty()) return std::nullopt;
    return secret_from(*options_.login_password, session_.loop(), {});
  }

  bool try_password() {
    const bool plain = accepts("password");
    if (!plain && !accepts("keyboard-interactive")) return false;
    if (const auto given = given_password()) return offer_password(given);
    for (int i = 0; i < most_questions && could_ask_; ++i) {
      std::optional<std::string> typed;
      if (plain) {
        typed =
            ask(fmt::format("{}{}@{}'s password: ", i == 0 ? "" : "that is not it; ", user_, session_.settings().host));
      }
      if ((typed || !plain) && offer_password(typed)) return true;
    }
    if (!could_ask_) tried_.emplace_back("a password (there is no terminal to ask for it)");
    return false;
  }

  // Without a password, what the host asks is asked on the terminal.
  bool offer_password(const std::optional<std::string>& password) {
    password_offered_ = true;
    int result = 0;
    if (accepts("password")) {
      result = session_.complete(patience(), [&] {
        return libssh2_userauth_password_ex(handle(), user_.data(), static_cast<unsigned int>(user_.size()),
                                            password->data(), static_cast<unsigned int>(password->size()), nullptr);
      });
    } else {
      password_ = password;
      result = answer_questions();
    }
    if (!succeeded(result, "a password")) return false;
    secrets_.password = password;
    return true;
  }

  std::optional<std::string> ask(const std::string& question) {
    before_asking_();
    auto typed = ask_for_secret(session_.loop(), question);
    could_ask_ = typed.has_value();
    return typed;
  }

  // keyboard-interactive: the host asks, libssh2 calls us in between.
  int answer_questions() {
    *libssh2_session_abstract(handle()) = this;
    const int result = session_.complete(patience(), [&] {
      return libssh2_userauth_keyboard_interactive_ex(handle(), user_.data(), static_cast<unsigned int>(user_.size()),
                                                      &Login::answer);
    });
    *libssh2_session_abstract(handle()) = nullptr;
    if (problem_) std::rethrow_exception(problem_);
    return result;
  }

  static void answer(const char* /*name*/, int /*name_size*/, const char* /*instruction*/, int /*instruction_size*/,
                     int count, const LIBSSH2_USERAUTH_KBDINT_PROMPT* questions,
                     LIBSSH2_USERAUTH_KBDINT_RESPONSE* answers, void** abstract) {
    auto* const login = static_cast<Login*>(*abstract);
    for (int i = 0; i < count; ++i) {
      std::string text;
      try {
        text = login->answer_to({reinterpret_cast<const char*>(questions[i].text), questions[i].length});
      } catch (...) {  // not through a C library
        login->problem_ = std::current_exception();
      }
      answers[i].text = ::strndup(text.data(), text.size());  // freed by libssh2
      answers[i].length = answers[i].text == nullptr ? 0U : static_cast<unsigned int>(std::strlen(answers[i].text));
    }
  }

  std::string answer_to(std::string_view question) {
    if (password_) return *std::exchange(password_, std::nullopt);
    if (problem_) return {};
    return ask(fmt::format("{}@{}: {}", user_, session_.settings().host, printable(question))).value_or("");
  }

  Fault refused(const std::string& why = {}) {
    over_ = true;
    std::string message = fmt::format("{} does not let {} log in", session_.settings().host, user_);
    if (!why.empty()) message += ": " + why;
    if (!methods_.empty()) message += "; it accepts " + methods_;
    message += tried_.empty() ? "; there was nothing to try" : fmt::format("; tried {}", fmt::join(tried_, ", "));
    return {ExitStatus::target_failed, message,
            "Name the right key with --ssh-key or IdentityFile, or another user with ssh:USER@HOST."};
  }

  SshSession& session_;
  const SshOptions& options_;
  SshSecrets& secrets_;
  const std::function<void()>& before_asking_;
  const std::string user_;
  std::string methods_;  ///< with commas between them
  std::vector<std::string> tried_;
  std::vector<std::string> refused_by_agent_;  ///< public keys of files that need not be offered again
  std::optional<std::string> password_;
  std::exception_ptr problem_;
  bool could_ask_ = true;
  bool only_key_tried_ = false;
  bool password_offered_ = false;
  bool over_ = false;
};

}  // namespace

std::string secret_from(const PasswordSource& source, ProcessLoop& loop, const std::string& question) {
  if (source.variable.empty()) {
    if (auto typed = ask_for_secret(loop, question)) return std::move(*typed);
    throw Fault(ExitStatus::target_failed, "a password is needed, and there is no terminal to ask for it",
                "Put it into an environment variable, and name that: --become-password=VARIABLE.");
  }
  const char* const value = std::getenv(source.variable.c_str());
  if (value == nullptr) {
    throw Fault(ExitStatus::target_failed,
                fmt::format("there is no environment variable {} with a password in it", source.variable));
  }
  return value;
}

void log_in(SshSession& session, const SshOptions& options, SshSecrets& secrets,
            const std::function<void()>& before_asking) {
  Login(session, options, secrets, before_asking).run();
}

}  // namespace ibtest
