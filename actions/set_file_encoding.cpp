#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/files/file_content.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/temporary_entry.hpp"
#include "actions/files/text_decoder.hpp"
#include "actions/files/text_encoding.hpp"
#include "actions/item_loop.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Existing UTF-8 text file."},
    InputField{.name = "encoding",
               .default_value = "utf8",
               .accepted = encoding_names,
               .rule = InputRule::new_encoding,
               .description = "Encoding the file gets."},
};

constexpr std::size_t buffer_size = 64U << 10U;

struct Conversion {
  int source = -1;
  int target = -1;  ///< -1: the text is only checked
  TextEncoding encoding = TextEncoding::utf8;
};

/// Converts one chunk after the other. 0, EILSEQ when it is no UTF-8 text, ECANCELED when stopped, or the error number.
int convert(const Conversion& conversion, ActionContext& context) {
  TextDecoder decoder("utf8");
  std::array<char, buffer_size> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read()
  while (true) {
    if (context.must_stop()) return ECANCELED;
    const auto count = ::read(conversion.source, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    std::string text;
    if (count == 0) {
      decoder.finish(text);
    } else {
      decoder.feed({buffer.data(), static_cast<std::size_t>(count)}, text);
    }
    if (decoder.errors() > 0) return EILSEQ;
    if (conversion.target >= 0) {
      const int reason = write_all(conversion.target, encode_text(text, conversion.encoding));
      if (reason != 0) return reason;
    }
    if (count == 0) return 0;
  }
}

/// Puts the converted text into the file where it is, so that owner and mode stay and mounted files can be converted
/// (SETFILEENCODING-4, EMU-9).
std::string write_back(int converted, int file, off_t old_size, const std::filesystem::path& path,
                       ActionContext& context) {
  const auto size = ::lseek(converted, 0, SEEK_END);
  if (size < 0 || ::lseek(converted, 0, SEEK_SET) != 0 || ::lseek(file, 0, SEEK_SET) != 0) {
    return path_error("converting", path, errno);
  }
  if (const int reason = reserve_space(file, size, old_size); reason != 0) return path_error("writing", path, reason);
  if (const int reason = copy_content(converted, file, context); reason != 0) {
    return content_error("writing", path, reason) + "; part of the old content has been replaced";
  }
  return ::ftruncate(file, size) == 0 ? "" : path_error("writing", path, errno);
}

std::string convert_file(const std::filesystem::path& path, TextEncoding encoding, ActionContext& context) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!file.is_open() && errno == ENOENT) return path.string() + " does not exist";
  if (!file.is_open() && errno == EISDIR) return path.string() + " is a folder";
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return path_error("converting", path, errno);
  if (!S_ISREG(status.st_mode)) return path.string() + " is no regular file";

  const FileDescriptor folder(::open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  TemporaryEntry temporary(folder.get());
  FileDescriptor converted;
  if (encoding != TextEncoding::utf8) {
    const int failed = temporary.make([&](const char* name) {
      converted = FileDescriptor(::openat(folder.get(), name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      return converted.is_open();
    });
    if (failed != 0) return path_error("converting", path, failed);
  }
  const int reason = convert({file.get(), converted.get(), encoding}, context);
  if (reason == EILSEQ) return path.string() + " is no UTF-8 text; it is unchanged";
  if (reason != 0) return content_error("converting", path, reason);
  if (!converted.is_open()) return {};
  return write_back(converted.get(), file.get(), status.st_size, path, context);
}

std::string set_encoding(const ActionInputs::Item& item, ActionContext& context) {
  const auto& path = item.text("path");
  if (auto reason = unusable_path(path); !reason.empty()) return reason;
  const auto& name = item.text("encoding");
  const auto encoding = encoding_from_name(name);
  if (!encoding) return "encoding `" + name + "` is unknown";
  const auto target = context.resolve(without_trailing_separators(path));
  if (auto reason = convert_file(target, *encoding, context); !reason.empty()) return reason;
  context.log("Converted file " + target.string() + " to " + name);
  return {};
}

ActionResult run(const ActionInputs& inputs, ActionContext& context) {
  return run_each_item(modules::set_file_encoding, inputs, context, set_encoding);
}

}  // namespace

constinit const ActionModule modules::set_file_encoding = {
    .name = "SetFileEncoding",
    .summary = "Converts a UTF-8 text file to another encoding.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = input_fields,
    .run = run,
};

}  // namespace ibtest
