#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "actions/checks/check_transfers.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/wildcard.hpp"
#include "actions/inputs/s3_location.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"
#include "agent/protocol/file_descriptor.hpp"

namespace ibtest {

namespace {

namespace fs = std::filesystem;

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "source",
               .required = true,
               .default_value = "",
               .rule = InputRule::path_with_wildcard,
               .description = "File, folder, or path with `*` after the last separator."},
    InputField{.name = "destination",
               .required = true,
               .default_value = "",
               .description = "`s3://bucket/key`, or `s3://bucket/prefix/` for several files."},
    InputField{.name = "recurse",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether folders are uploaded with everything below them."},
    InputField{.name = "expectedBucketOwner",
               .default_value = "",
               .description = "Account that the bucket must belong to, 12 digits."},
};

constexpr std::size_t read_size = 256U << 10U;

/// A file and the end of its key.
struct Found {
  fs::path path;
  std::string name;
};

struct FoundFiles {
  std::vector<Found> files;  ///< in byte order of their names
  std::string error;
};

// Links to files are followed, links to folders are not: they may lead in a circle.
void add_folder(const fs::path& folder, const fs::path& root, FoundFiles& found) {
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    found.files.push_back({entry->path(), entry->path().lexically_relative(root).string()});
  }
  if (failed) found.error = path_error("reading the folder", folder, failed.value());
}

// S3UPLOAD-3, S3UPLOAD-4
FoundFiles find_matches(const fs::path& pattern, bool recurse) {
  FoundFiles found;
  const auto folder = pattern.parent_path();
  const auto name_pattern = pattern.filename().string();
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    const auto name = entry->path().filename().string();
    if (!matches(name, name_pattern)) continue;
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) {
      found.files.push_back({entry->path(), name});
    } else if (recurse && entry->is_directory(ignored) && !entry->is_symlink(ignored)) {
      add_folder(entry->path(), folder, found);
    }
    if (!found.error.empty()) return found;
  }
  if (failed && failed != std::errc::no_such_file_or_directory) {
    found.error = path_error("listing", folder, failed.value());
  } else if (found.files.empty()) {
    found.error = "no file matches " + pattern.string();  // S3UPLOAD-9
  }
  return found;
}

// S3UPLOAD-5
FoundFiles find_below(const fs::path& folder, bool recurse) {
  FoundFiles found;
  if (!recurse) {
    found.error = folder.string() + " is a folder; set `recurse: true` to upload what is in it";
    return found;
  }
  add_folder(folder, folder, found);
  if (found.error.empty() && found.files.empty()) found.error = folder.string() + " has no files";
  return found;
}

class Upload {
 public:
  Upload(const ActionInputs::Item& item, ActionContext& context, S3Location destination)
      : context_(context), destination_(std::move(destination)), owner_(item.text("expectedBucketOwner")) {}

  std::string run(const std::string& source, bool recurse) {
    const auto path = context_.resolve(without_trailing_separators(source));
    std::error_code error;
    if (wildcard_in(source) == Wildcard::in_name && !fs::exists(path, error)) return send(find_matches(path, recurse));
    if (fs::is_directory(path, error)) return send(find_below(path, recurse));
    if (!fs::exists(path, error)) return path.string() + " does not exist";
    // S3UPLOAD-2
    const bool is_prefix = destination_.key.empty() || destination_.key.ends_with('/');
    return send_file(path, is_prefix ? destination_.key + path.filename().string() : destination_.key);
  }

 private:
  std::string send(FoundFiles found) {
    if (!found.error.empty()) return std::move(found.error);
    std::ranges::sort(found.files, {}, &Found::name);
    auto prefix = destination_.key;
    if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';  // S3UPLOAD-6
    for (const auto& [path, name] : found.files) {
      if (context_.must_stop()) return "stopped before " + path.string();
      if (auto reason = send_file(path, prefix + name); !reason.empty()) return reason;
    }
    return {};
  }

  std::string send_file(const fs::path& path, const std::string& key) {
    const auto object = fmt::format("s3://{}/{}", destination_.bucket, key);
    context_.log(fmt::format("Source: {}, Destination: {}", path.string(), object));
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0) return path_error("reading", path, errno);
    if (!S_ISREG(status.st_mode)) return path.string() + " is no regular file";
    const auto exchange = context_.ask_runner({{"ask", "s3-put"},
                                               {"bucket", destination_.bucket},
                                               {"key", key},
                                               {"owner", owner_},
                                               {"size", static_cast<std::uint64_t>(status.st_size)}});
    std::vector<char> piece(read_size);
    std::uint64_t sent = 0;
    while (true) {
      const ssize_t size = ::read(file.get(), piece.data(), piece.size());
      if (size < 0 && errno == EINTR) continue;
      // What has begun ends with the exchange; S3 keeps nothing of it.
      if (size < 0) return path_error("reading", path, errno);
      if (size == 0 || !exchange->send({piece.data(), static_cast<std::size_t>(size)})) break;
      sent += static_cast<std::uint64_t>(size);
      context_.show_progress("Sent", sent, static_cast<std::uint64_t>(status.st_size));
    }
    const auto answer = exchange->finish();
    if (answer.runner_replaced) return send_file(path, key);
    if (!answer.error.empty()) return fmt::format("uploading {}: {}", object, answer.error);
    show_warnings(answer.content, context_);
    context_.log(fmt::format("Uploaded {} bytes to {}", sent, object));
    return {};
  }

  ActionContext& context_;
  S3Location destination_;
  std::string owner_;
};

std::string upload(const ActionInputs::Item& item, ActionContext& context) {
  const auto& source = item.text("source");
  if (auto reason = unusable_path(source); !reason.empty()) return "source: " + reason;
  if (wildcard_in(source) == Wildcard::misplaced) return "source: `*` may stand only after the last separator";
  auto destination = parse_s3_location(item.text("destination"));
  if (!destination.error.empty()) return "destination: " + destination.error;
  if (auto reason = account_error("expectedBucketOwner", item.text("expectedBucketOwner")); !reason.empty())
    return reason;
  return Upload(item, context, std::move(destination)).run(source, item.flag("recurse"));
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::s3_upload, inputs, context, upload);
}

}  // namespace

constinit const ActionModule modules::s3_upload = {
    .name = "S3Upload",
    .summary = "Uploads files and folders to S3.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .check_item = check_s3_upload,
    .run = run,
};

}  // namespace ibtest
