#include "actions/files/copy_entry.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <unistd.h>

#include "actions/files/extended_attributes.hpp"
#include "actions/files/file_content.hpp"
#include "actions/files/ownership.hpp"
#include "actions/files/target_path.hpp"
#include "actions/files/temporary_entry.hpp"

namespace ibtest {

namespace {

constexpr mode_t mode_bits = 07777;

std::array<timespec, 2> times_of(const struct stat& status) {
  return {status.st_atim, status.st_mtim};
}

class EntryCopy {
 public:
  EntryCopy(const EntryPlace& source, const EntryPlace& target, const CopyRules& rules, ActionContext& context)
      : source_(source), target_(target), rules_(rules), context_(context), made_(target.folder) {}

  std::string copy() {
    if (::fstatat(source_.folder, source_.name.c_str(), &original_, AT_SYMLINK_NOFOLLOW) != 0) {
      return path_error(doing(), source_.path, errno);
    }
    struct stat existing {};
    if (::fstatat(target_.folder, target_.name.c_str(), &existing, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISDIR(existing.st_mode)) {
      return target_.path + " is a folder, and " + source_.path + " is none";
    }
    if (S_ISREG(original_.st_mode)) return copy_file();
    if (S_ISLNK(original_.st_mode)) return copy_link();
    if (rules_.purpose == CopyPurpose::move) return make_special();
    context_.warn(source_.path + " is a pipe, socket or device and is not copied");
    return {};
  }

 private:
  [[nodiscard]] std::string_view doing() const { return rules_.purpose == CopyPurpose::move ? "moving" : "copying"; }

  std::string put_in_place() {
    const int reason = made_.put_in_place(target_.name.c_str(), rules_.replace);
    return reason == 0 ? "" : path_error("writing", target_.path, reason);
  }

  std::string copy_file() {
    const FileDescriptor from(
        ::openat(source_.folder, source_.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!from.is_open() || ::fstat(from.get(), &original_) != 0) return path_error(doing(), source_.path, errno);
    FileDescriptor to;
    const int failed = made_.make([this, &to](const char* name) {
      to = FileDescriptor(::openat(target_.folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      return to.is_open();
    });
    if (failed != 0) return path_error("writing", target_.path, failed);
    if (const int reason = copy_content(from.get(), to.get(), context_); reason != 0) {
      return content_error("writing", target_.path, reason);
    }
    if (auto reason = keep_attributes(to.get(), target_.path, {from.get(), original_}, rules_.purpose);
        !reason.empty()) {
      return reason;
    }
    const int reason = made_.put_in_place(target_.name.c_str(), rules_.replace);
    // What a container runtime has mounted can be written but not replaced (EMU-9).
    if (reason == EBUSY && rules_.replace) return write_over(from.get());
    return reason == 0 ? "" : path_error("writing", target_.path, reason);
  }

  std::string write_over(int from) {
    const FileDescriptor to(
        ::openat(target_.folder, target_.name.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!to.is_open() || ::lseek(from, 0, SEEK_SET) != 0) return path_error("writing", target_.path, errno);
    const int reason = copy_content(from, to.get(), context_);
    return reason == 0 ? "" : content_error("writing", target_.path, reason);
  }

  std::string copy_link() {
    std::array<char, PATH_MAX> buffer{};
    const auto size = ::readlinkat(source_.folder, source_.name.c_str(), buffer.data(), buffer.size());
    if (size < 0) return path_error(doing(), source_.path, errno);
    const std::string leads_to(buffer.data(), static_cast<std::size_t>(size));
    const int failed = made_.make(
        [this, &leads_to](const char* name) { return ::symlinkat(leads_to.c_str(), target_.folder, name) == 0; });
    if (failed != 0) return path_error("writing", target_.path, failed);
    if (auto reason = keep_owner_and_times(); !reason.empty()) return reason;
    return put_in_place();
  }

  std::string make_special() {
    const int failed = made_.make([this](const char* name) {
      return ::mknodat(target_.folder, name, original_.st_mode, original_.st_rdev) == 0;
    });
    if (failed != 0) return path_error("writing", target_.path, failed);
    if (auto reason = keep_owner_and_times(); !reason.empty()) return reason;
    // Now, because the umask took part in making it and chown takes special bits away (OWN-4).
    if (::fchmodat(target_.folder, made_.name(), original_.st_mode & mode_bits, 0) != 0) {
      return path_error("setting the mode of", target_.path, errno);
    }
    return put_in_place();
  }

  /// For what cannot be opened.
  std::string keep_owner_and_times() {
    if (rules_.purpose == CopyPurpose::copy) return {};
    if (::fchownat(target_.folder, made_.name(), original_.st_uid, original_.st_gid, AT_SYMLINK_NOFOLLOW) != 0) {
      return owner_error(target_.path, errno);
    }
    const auto times = times_of(original_);
    if (::utimensat(target_.folder, made_.name(), times.data(), AT_SYMLINK_NOFOLLOW) != 0) {
      return path_error("setting the time of", target_.path, errno);
    }
    return {};
  }

  const EntryPlace& source_;
  const EntryPlace& target_;
  CopyRules rules_;
  ActionContext& context_;
  TemporaryEntry made_;
  struct stat original_ {};
};

/// The mode of a copy. A file that runs as its owner or group must not begin to run as someone else.
mode_t mode_for_copy(const struct stat& original, const struct stat& made) {
  mode_t mode = original.st_mode & mode_bits;
  if (S_ISDIR(original.st_mode)) return mode;
  if (original.st_uid != made.st_uid) mode &= ~static_cast<mode_t>(S_ISUID);
  if (original.st_gid != made.st_gid) mode &= ~static_cast<mode_t>(S_ISGID);
  return mode;
}

}  // namespace

std::string copy_entry(const EntryPlace& source, const EntryPlace& target, const CopyRules& rules,
                       ActionContext& context) {
  return EntryCopy(source, target, rules, context).copy();
}

std::string keep_attributes(int file, const std::string& path, const OpenedOriginal& original, CopyPurpose purpose) {
  const bool is_move = purpose == CopyPurpose::move;
  if (is_move && ::fchown(file, original.status.st_uid, original.status.st_gid) != 0) return owner_error(path, errno);
  if (is_move) copy_extended_attributes(original.file, file);
  struct stat made {};
  if (::fstat(file, &made) != 0 || ::fchmod(file, mode_for_copy(original.status, made)) != 0) {
    return path_error("setting the mode of", path, errno);
  }
  if (!is_move) return {};
  const auto times = times_of(original.status);
  return ::futimens(file, times.data()) == 0 ? "" : path_error("setting the time of", path, errno);
}

}  // namespace ibtest
