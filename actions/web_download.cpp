#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "actions/checks/check_transfers.hpp"
#include "actions/files/replacement_file.hpp"
#include "actions/files/target_path.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"
#include "actions/target_trust.hpp"
#include "agent/http/digest.hpp"
#include "agent/http/http_get.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "source", .required = true, .default_value = "", .description = "URL, http or https."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "File to write, or a folder with a `/` at its end, which keeps the name of the URL; "
                              "missing folders are created."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .description = "Whether an existing file may be replaced."},
    InputField{.name = "checksum",
               .default_value = "",
               .description = "Hexadecimal digest that the file must have; needs `algorithm`."},
    InputField{.name = "algorithm",
               .default_value = "",
               .accepted = digest_names,
               .description = "Algorithm of the checksum."},
    InputField{.name = "ignoreCertificateErrors",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether a server is trusted whatever its certificate says."},
};
constexpr std::array<std::string_view, 1> output_keys = {"destination"};

constexpr int most_tries = 5;  // WEBDOWNLOAD-8
constexpr std::chrono::milliseconds stop_interval{50};

struct Destination {
  std::string path;  ///< as given, with the file name (WEBDOWNLOAD-16)
  std::string error;
};

// WEBDOWNLOAD-1, WEBDOWNLOAD-2
Destination destination_of(const ActionInputs::Item& item, const WebUrl& url) {
  const auto& text = item.text("destination");
  if (auto reason = unusable_path(text); !reason.empty()) return {{}, "destination: " + reason};
  if (!text.ends_with('/')) return {text, {}};
  auto name = file_name_in(url);
  if (!name.error.empty()) return {{}, std::move(name.error)};
  return {text + name.name, {}};
}

/// The digest that the file must have.
struct Checksum {
  DigestAlgorithm algorithm = DigestAlgorithm::sha256;
  std::string digest;  ///< lower case
};

/// Nothing unless both inputs are there (WEBDOWNLOAD-6).
std::optional<Checksum> checksum_of(const ActionInputs::Item& item) {
  const auto algorithm = digest_from_name(item.text("algorithm"));
  if (!algorithm || item.text("checksum").empty()) return std::nullopt;
  std::string digest = item.text("checksum");
  std::ranges::transform(digest, digest.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
  });
  return Checksum{*algorithm, std::move(digest)};
}

/// No download can have a digest of another form.
std::string checksum_error(const Checksum& checksum) {
  const bool hexadecimal = checksum.digest.find_first_not_of("0123456789abcdef") == std::string::npos;
  const auto length = digest_length(checksum.algorithm);
  if (hexadecimal && checksum.digest.size() == length) return {};
  return fmt::format("checksum `{}` is no {} digest: it must have {} hexadecimal digits", checksum.digest,
                     digest_name(checksum.algorithm), length);
}

/// One item: up to five tries of one download.
class Download {
 public:
  Download(const ActionInputs::Item& item, ActionContext& context, WebUrl url, const std::string& destination)
      : context_(context),
        shown_url_(masked_url(url.text)),
        path_(context.resolve(destination)),
        overwrite_(item.flag("overwrite")),
        checksum_(checksum_of(item)),
        request_{.url = std::move(url),
                 .verify_certificates = !item.flag("ignoreCertificateErrors"),
                 .environment = context.environment()} {}

  std::string run() {
    if (checksum_) {
      if (auto reason = checksum_error(*checksum_); !reason.empty()) return reason;
    }
    context_.log("Starting download");
    context_.log(fmt::format("Source: {}, Destination: {}", shown_url_, path_.string()));
    context_.log("Target destination - " + path_.string());
    context_.log("Creating directories " + path_.parent_path().string());
    if (auto reason = create_parents(path_); !reason.empty()) return reason;
    context_.log("Created directories");
    context_.log(fmt::format("Checking if destination {} exists", path_.string()));
    std::error_code ignored;
    if (std::filesystem::exists(path_, ignored)) {
      if (std::filesystem::is_directory(path_, ignored)) {
        return path_.string() + " is a folder; end `destination` with `/` to download into it";
      }
      if (!overwrite_) return path_.string() + " exists already, and overwrite is false";  // WEBDOWNLOAD-4
      if (is_there_already()) {
        context_.log(fmt::format("{} has the checksum already; nothing is downloaded", path_.string()));
        return {};
      }
    }
    return try_until_done();
  }

 private:
  // WEBDOWNLOAD-5
  [[nodiscard]] bool is_there_already() const {
    std::error_code ignored;
    if (!checksum_ || !std::filesystem::is_regular_file(path_, ignored)) return false;
    const auto found = digest_of_file(path_, checksum_->algorithm, [this] { return context_.must_stop(); });
    return found.digest == checksum_->digest;
  }

  // WEBDOWNLOAD-8: waits of 1, 2, 4 and 8 seconds.
  std::string try_until_done() {
    std::chrono::seconds wait{1};
    for (int number = 1;; ++number) {
      const auto result = try_once();
      if (result.end == HttpResult::End::complete) return {};
      std::string reason = fmt::format("downloading {}: {}", shown_url_, result.error);
      if (result.end != HttpResult::End::temporary) return reason;
      if (number == most_tries) return fmt::format("{} (tried {} times)", reason, most_tries);
      context_.warn(fmt::format("{}; trying again in {} s", reason, wait.count()));
      if (!pause(wait)) return reason;
      wait *= 2;
    }
  }

  /// False when the attempt must stop.
  bool pause(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
      if (context_.must_stop()) return false;
      std::this_thread::sleep_for(stop_interval);
    }
    return !context_.must_stop();
  }

  HttpResult try_once() {
    using End = HttpResult::End;
    ReplacementFile file;
    context_.log("Creating file");
    if (auto reason = file.open(path_); !reason.empty()) return {End::refused, std::move(reason)};
    context_.log("Created file");
    std::optional<Digest> digest;
    if (checksum_) digest.emplace(checksum_->algorithm);
    std::string write_error;
    std::uint64_t size = 0;
    const auto receive = [&](std::string_view bytes) {
      if (digest) digest->update(bytes);
      size += bytes.size();
      write_error = file.write(bytes);
      return write_error.empty();
    };
    auto mapped = fetch_from_runner(receive);
    const bool from_network = !mapped;
    auto result = mapped ? std::move(*mapped) : fetch_from_network(receive);
    if (result.end == End::unwanted) return {End::refused, std::move(write_error)};
    if (result.end != End::complete) return result;
    if (from_network) context_.log(fmt::format("Received HTTP status code 200 and {} bytes", size));
    if (digest) {
      // The temporary file goes with `file` (WEBDOWNLOAD-6). A file of the map will not be another one next time.
      if (const auto found = digest->finish(); found != checksum_->digest) {
        return {from_network ? End::temporary : End::refused,
                fmt::format("the {} digest of what was downloaded is {}, not {}; update `checksum` if "
                            "the file was meant to change",
                            digest_name(checksum_->algorithm), found, checksum_->digest)};
      }
      context_.log(fmt::format("The {} digest is as expected", digest_name(checksum_->algorithm)));
    }
    if (auto reason = file.commit(overwrite_); !reason.empty()) return {End::refused, std::move(reason)};
    return {};
  }

  using Receive = std::function<bool(std::string_view bytes)>;

  HttpResult fetch_from_network(const Receive& receive) {
    return http_get(request_, {.receive = receive,
                               .must_stop = [this] { return context_.must_stop(); },
                               .trust = [this] { return target_trust(context_); },
                               .progress = [this](std::uint64_t received,
                                                  std::uint64_t total) { report_progress(received, total); }});
  }

  /// Nothing when the developer's machine has no file for this URL.
  std::optional<HttpResult> fetch_from_runner(const Receive& receive) {
    using End = HttpResult::End;
    if (!context_.runner_serves_urls()) return std::nullopt;
    const auto exchange = context_.ask_runner({{"ask", "web-get"}, {"url", request_.url.text}});
    std::uint64_t received = 0;
    while (const auto piece = exchange->receive()) {
      if (!receive(*piece)) return HttpResult{End::unwanted, {}};
      received += piece->size();
      report_progress(received, exchange->announced());
    }
    const auto answer = exchange->finish();
    if (!answer.error.empty()) return HttpResult{End::refused, answer.error};
    if (!answer.content.value("mapped", false)) return std::nullopt;
    if (const auto size = answer.content.value("size", std::uint64_t{0}); size != received)
      return HttpResult{End::refused, fmt::format("{} bytes have come of {}", received, size)};
    context_.log(fmt::format("Took {} bytes from {} (--web-map)", received, answer.content.value("from", "")));
    return HttpResult{};
  }

  void report_progress(std::uint64_t received, std::uint64_t total) {
    context_.show_progress("Received", received, total);
  }

  ActionContext& context_;
  std::string shown_url_;
  std::filesystem::path path_;
  bool overwrite_;
  std::optional<Checksum> checksum_;
  HttpGet request_;
};

std::string download(const ActionInputs::Item& item, ActionContext& context) {
  auto parsed = parse_url(item.text("source"));
  if (!parsed.url) return "source " + parsed.error;
  const auto destination = destination_of(item, *parsed.url);
  if (!destination.error.empty()) return destination.error;
  return Download(item, context, std::move(*parsed.url), destination.path).run();
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  auto result = run_each_item(modules::web_download, inputs, context, download);
  if (result.outcome != ActionResult::Outcome::success) return result;
  std::string destinations;
  for (const auto& item : inputs.items()) {
    if (!destinations.empty()) destinations += '\n';
    destinations += destination_of(item, *parse_url(item.text("source")).url).path;
  }
  result.outputs.push_back({{"destination", std::move(destinations)}});
  return result;
}

}  // namespace

constinit const ActionModule modules::web_download = {
    .name = "WebDownload",
    .summary = "Downloads files over http or https, and checks their checksums.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_web_download,
    .outputs = output_keys,
    .run = run,
};

}  // namespace ibtest
