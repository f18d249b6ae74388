#include <array>

#include <fmt/format.h>

#include "actions/checks/check_transfers.hpp"
#include "actions/files/replacement_file.hpp"
#include "actions/files/target_path.hpp"
#include "actions/inputs/s3_location.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "source",
               .required = true,
               .default_value = "",
               .description = "`s3://bucket/key`, or `s3://bucket/prefix/*` for all objects below a prefix."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "File to write, with its name; for a prefix the folder to write to."},
    InputField{.name = "expectedBucketOwner",
               .default_value = "",
               .description = "Account that the bucket must belong to, 12 digits."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .description = "Whether existing files may be replaced."},
};

constexpr std::string_view conflict =
    "Error: S3Download: File already exists and \"overwrite\" property for \"destination\" file is set to false. "
    "Cannot download.";

/// Why a key cannot be a path below the destination; empty when it can (S3DOWNLOAD-11).
std::string unsafe_name(const std::string& name) {
  const fs::path path(name);
  bool leads_out = path.is_absolute() || name.find('\0') != std::string::npos;
  for (const auto& part : path)
    leads_out = leads_out || part == "..";
  return leads_out ? "the key `" + name + "` would lead out of the destination" : std::string();
}

class Download {
 public:
  Download(const ActionInputs::Item& item, ActionContext& context, S3Location source)
      : context_(context),
        source_(std::move(source)),
        owner_(item.text("expectedBucketOwner")),
        overwrite_(item.flag("overwrite")) {}

  std::string run(const std::string& destination) {
    return source_.key.ends_with('*') ? download_prefix(destination) : download_object(destination);
  }

 private:
  // S3DOWNLOAD-1
  std::string download_object(const std::string& destination) {
    const auto path = context_.resolve(destination);
    std::error_code ignored;
    if (destination.ends_with('/') || fs::is_directory(path, ignored)) {
      return destination + " is a folder; add the name of the file, as in " + without_trailing_separators(destination) +
             "/" + fs::path(source_.key).filename().string();
    }
    if (auto reason = provide_folder(path.parent_path()); !reason.empty()) return reason;
    return fetch(source_.key, path);
  }

  // S3DOWNLOAD-2 to S3DOWNLOAD-5
  std::string download_prefix(const std::string& destination) {
    const auto prefix = source_.key.substr(0, source_.key.size() - 1);
    const auto answer = context_.ask_runner(question("s3-list", "prefix", prefix))->finish();
    if (!answer.error.empty()) return fmt::format("listing s3://{}/{}: {}", source_.bucket, prefix, answer.error);
    show_warnings(answer.content, context_);
    const auto keys = answer.content.value("keys", std::vector<std::string>());
    if (keys.empty()) return fmt::format("no object of s3://{} begins with `{}`", source_.bucket, prefix);
    if (answer.content.value("more", false)) {
      auto refusal =
          context_.tolerate(fmt::format("s3://{}/{} has more than {} objects; only the first {} are downloaded",
                                        source_.bucket, prefix, keys.size(), keys.size()));
      if (!refusal.empty()) return refusal;
    }
    const auto folder = context_.resolve(destination);
    if (auto reason = provide_folder(folder); !reason.empty()) return reason;
    const auto name_start = prefix.rfind('/') == std::string::npos ? 0 : prefix.rfind('/') + 1;
    for (const auto& key : keys) {
      if (context_.must_stop()) return "stopped before " + key;
      if (auto reason = place(key, key.substr(std::min(name_start, key.size())), folder); !reason.empty())
        return reason;
    }
    return {};
  }

  std::string place(const std::string& key, const std::string& name, const fs::path& folder) {
    if (auto reason = unsafe_name(name); !reason.empty()) return reason;
    const auto path = folder / name;
    // S3DOWNLOAD-11: a key that ends in a separator is a folder.
    if (auto reason = create_parents(path); !reason.empty()) return reason;
    if (name.empty() || name.ends_with('/')) return {};
    return fetch(key, path);
  }

  // S3DOWNLOAD-6
  std::string provide_folder(const fs::path& folder) {
    std::error_code ignored;
    if (fs::is_directory(folder, ignored)) return {};
    auto refusal =
        context_.tolerate(folder.string() + " did not exist and was created; older releases of the executor fail here");
    if (!refusal.empty()) return refusal;
    return create_parents(folder / "file");
  }

  std::string fetch(const std::string& key, const fs::path& path) {
    const auto object = fmt::format("s3://{}/{}", source_.bucket, key);
    context_.log(fmt::format("Source: {}, Destination: {}", object, path.string()));
    std::error_code ignored;
    if (!overwrite_ && fs::exists(fs::symlink_status(path, ignored)))
      return fmt::format("{}: {}", path.string(), conflict);
    ReplacementFile file;
    if (auto reason = file.open(path); !reason.empty()) return reason;
    const auto exchange = context_.ask_runner(question("s3-get", "key", key));
    std::uint64_t size = 0;
    while (const auto piece = exchange->receive()) {
      size += piece->size();
      context_.show_progress("Received", size, exchange->announced());
      if (auto reason = file.write(*piece); !reason.empty()) return reason;
    }
    const auto answer = exchange->finish();
    if (answer.runner_replaced) return fetch(key, path);
    if (!answer.error.empty()) return fmt::format("downloading {}: {}", object, answer.error);
    show_warnings(answer.content, context_);
    if (answer.content.value("size", std::uint64_t{0}) != size) {
      return fmt::format("downloading {}: {} bytes have come of {}", object, size, answer.content.value("size", 0));
    }
    if (auto reason = file.commit(overwrite_); !reason.empty()) return reason;
    context_.log(fmt::format("Downloaded {} bytes to {}", size, path.string()));
    return {};
  }

  [[nodiscard]] nlohmann::json question(const char* what, const char* key, const std::string& value) const {
    return {{"ask", what}, {"bucket", source_.bucket}, {key, value}, {"owner", owner_}};
  }

  ActionContext& context_;
  S3Location source_;
  std::string owner_;
  bool overwrite_;
};

std::string download(const ActionInputs::Item& item, ActionContext& context) {
  auto source = parse_s3_location(item.text("source"));
  if (!source.error.empty()) return "source: " + source.error;
  if (source.key.empty()) return "source: the key is missing, as in s3://bucket/key or s3://bucket/*";
  const auto wildcard = source.key.find('*');
  if (wildcard != std::string::npos && wildcard + 1 != source.key.size()) {
    return "source: `*` may stand only at the end";  // S3DOWNLOAD-3
  }
  const auto& destination = item.text("destination");
  if (auto reason = unusable_path(destination); !reason.empty()) return "destination: " + reason;
  if (auto reason = account_error("expectedBucketOwner", item.text("expectedBucketOwner")); !reason.empty())
    return reason;
  return Download(item, context, std::move(source)).run(destination);
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::s3_download, inputs, context, download);
}

}  // namespace

constinit const ActionModule modules::s3_download = {
    .name = "S3Download",
    .summary = "Downloads objects from S3.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_s3_download,
    .run = run,
};

}  // namespace ibtest
