#include "agent/sandbox/layers.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/protocol/fault.hpp"
#include "agent/protocol/sandbox_layout.hpp"
#include "agent/sandbox/mount_calls.hpp"
#include "agent/sandbox/mount_table.hpp"
#include "agent/sandbox/user_namespace.hpp"

namespace ibtest {

namespace fs = std::filesystem;

namespace {

// Larger files of a folder that is taken apart are shown read-only.
constexpr std::uintmax_t largest_copy = 1U << 20U;
// Parts of the path of a folder whose subfolders are adopted (/, usr, local), besides those that are layers of their
// own. All folders would take longer than a start may.
constexpr std::ptrdiff_t deepest_adopted = 3;
// Owner of what belongs to users that the namespace does not have.
constexpr uid_t nobody = 65534;

// Fresh in every machine.
bool is_kernel_view(const fs::path& place) {
  return std::ranges::any_of(std::array{"/proc", "/sys", "/dev", "/run"},
                             [&](const char* view) { return is_within(place, view); });
}

class LayerMounter {
 public:
  LayerMounter(const SandboxOptions& options, bool as_root)
      : options_(options), as_root_(as_root), root_(root_of(options)) {
    make_folder(root_);
  }

  void mount_folder() const { mount_overlay("/", options_.root); }

  void mount_machine() {
    if (as_root_) {
      mounts_ = visible_mounts();
      mount_file_systems();
    } else {
      mounts_ = all_mounts();
      mount_apart("/");
    }
    hide(options_.folder);
    for (const fs::path& snapshot : options_.snapshots)
      hide(snapshot);
  }

 private:
  [[nodiscard]] fs::path in_root(const fs::path& place) const { return root_ / place.relative_path(); }

  // The upper layer of the machine is in the lower one of its own; nobody shall stumble over it.
  void hide(const fs::path& folder) const {
    std::error_code ignored;
    if (fs::is_directory(in_root(folder), ignored)) hide_folder(in_root(folder));
  }

  void mount_file_systems() {
    mount_overlay("/", "/");
    std::vector<fs::path> shown;
    for (const Mount& mount : mounts_) {
      if (is_kernel_view(mount.place)) continue;
      if (std::ranges::any_of(shown, [&](const fs::path& other) { return is_within(mount.place, other); })) continue;
      if (!mount.is_directory) {
        copy_file(mount.place);
      } else if (!try_overlay(mount.place)) {
        show(mount.place);
        shown.push_back(mount.place);
      }
    }
  }

  void mount_apart(const fs::path& place) {
    std::error_code error;
    if (::access(place.c_str(), R_OK | X_OK) != 0) {
      mount_overlay(place, fresh_folder("empty", place));
      return;
    }
    const bool whole = std::ranges::none_of(
        mounts_, [&](const Mount& mount) { return is_within(mount.place, place) && mount.place != place; });
    if (whole) {
      if (!try_overlay(place)) show(place);
      return;
    }
    const fs::path skeleton = fresh_folder("skeleton", place);
    std::vector<fs::path> folders;
    std::vector<fs::path> large_files;
    for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error))
      copy_entry(*entry, skeleton, folders, large_files);
    mount_overlay(place, skeleton);
    for (const fs::path& folder : folders) {
      if (!is_kernel_view(folder)) mount_apart(folder);
    }
    for (const fs::path& file : large_files)
      show(file);
  }

  static void copy_entry(const fs::directory_entry& entry, const fs::path& skeleton, std::vector<fs::path>& folders,
                         std::vector<fs::path>& large_files) {
    std::error_code ignored;
    const fs::path copy = skeleton / entry.path().filename();
    const fs::file_status status = entry.symlink_status(ignored);
    if (fs::is_symlink(status)) {
      fs::copy_symlink(entry.path(), copy, ignored);
    } else if (fs::is_directory(status)) {
      fs::create_directory(copy, ignored);
      fs::permissions(copy, status.permissions(), ignored);
      folders.push_back(entry.path());
    } else if (fs::is_regular_file(status) && ::access(entry.path().c_str(), R_OK) == 0) {
      if (entry.file_size(ignored) <= largest_copy) {
        fs::copy_file(entry.path(), copy, ignored);
      } else if (::mknod(copy.c_str(), S_IFREG | 0600, 0) == 0) {
        large_files.push_back(entry.path());
      }
    }
  }

  // Engines mount single files, such as /etc/resolv.conf, into their containers. Here they are files as all others.
  void copy_file(const fs::path& place) const {
    std::error_code error;
    if (!fs::is_regular_file(place, error)) return;
    fs::copy_file(place, in_root(place), fs::copy_options::overwrite_existing, error);
    if (error) show(place);
  }

  // Read-only. What cannot be shown is not there.
  void show(const fs::path& place) const {
    try {
      mount_read_only(place, in_root(place));
    } catch (const Fault&) {  // NOLINT(bugprone-empty-catch): a server that is gone, or a place only its user may see
    }
  }

  [[nodiscard]] bool try_overlay(const fs::path& place) const {
    try {
      mount_overlay(place, place);
      return true;
    } catch (const Fault&) {
      return false;
    }
  }

  [[nodiscard]] fs::path fresh_folder(const char* purpose, const fs::path& place) const {
    const fs::path parent = options_.folder / purpose;
    make_folder(parent);
    std::string folder = parent / (layer_name(place) + ".XXXXXX");
    if (::mkdtemp(folder.data()) == nullptr) {
      throw Fault(ExitStatus::target_failed, system_error_text("making the folder " + folder, errno));
    }
    make_like(folder, place);
    return folder;
  }

  // The root of an overlay has owner and mode of its upper layer.
  void make_like(const fs::path& folder, const fs::path& model) const {
    make_folder(folder);
    struct stat status {};
    if (::stat(model.c_str(), &status) != 0) return;
    if (as_root_) static_cast<void>(::chown(folder.c_str(), status.st_uid, status.st_gid));
    ::chmod(folder.c_str(), status.st_mode & 07777U);
  }

  // Root of a user namespace has no right to what belongs to the machine's root. A folder in the upper layer is its
  // own, and shows what is in the one below as well: there, files can be made, replaced and deleted.
  void adopt_folders(const fs::path& lower, const fs::path& upper) const {
    std::error_code error;
    for (fs::directory_iterator entry(lower, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (entry->is_symlink(ignored) || !entry->is_directory(ignored)) continue;
      struct stat status {};
      if (::lstat(entry->path().c_str(), &status) != 0 || status.st_uid != nobody) continue;
      if (::access(entry->path().c_str(), R_OK | X_OK) != 0) continue;
      const fs::path own = upper / entry->path().filename();
      if (::mkdir(own.c_str(), 0755) != 0) continue;
      ::chmod(own.c_str(), status.st_mode & 07777U);
      if (std::distance(entry->path().begin(), entry->path().end()) <= deepest_adopted)
        adopt_folders(entry->path(), own);
    }
  }

  void mount_overlay(const fs::path& place, const fs::path& lower) const {
    const std::string name = layer_name(place);
    const fs::path upper = options_.folder / sandbox_disk / name / sandbox_upper_layer;
    std::vector<fs::path> lowers;
    for (const fs::path& snapshot : options_.snapshots) {
      std::error_code ignored;
      fs::path changed = snapshot / sandbox_disk / name / sandbox_upper_layer;
      if (fs::is_directory(changed, ignored)) lowers.push_back(std::move(changed));
    }
    std::error_code ignored;
    if (!fs::is_directory(upper, ignored)) {
      make_like(upper, lowers.empty() ? lower : lowers.front());
      if (!as_root_ && lowers.empty() && lower == place) adopt_folders(lower, upper);
    }
    lowers.push_back(lower);
    int error = overlay(lowers, upper, in_root(place), MS_NODEV);
    if (error == ELOOP && lowers.size() > 1) {
      // No lower layer may be in another one, as a saved state is in the file system that it belongs to. An overlay of
      // the two is none of them.
      lowers.pop_back();
      const fs::path saved = std::move(lowers.back());
      lowers.back() = fresh_folder("below", place);
      error = overlay({lower}, saved, lowers.back(), MS_NODEV | MS_RDONLY);
      if (error == 0) error = overlay(lowers, upper, in_root(place), MS_NODEV);
    }
    if (error != 0) throw namespace_fault("mounting an overlay over " + lower.string(), error);
  }

  // The highest of the lower layers comes first. Returns the error number.
  [[nodiscard]] int overlay(const std::vector<fs::path>& lowers, const fs::path& upper, const fs::path& place,
                            unsigned long flags) const {
    // Open files have names without colons and commas.
    std::vector<FileDescriptor> open;
    std::string options;
    for (const fs::path& lower : lowers) {
      open.push_back(open_place(lower));
      options += (options.empty() ? "lowerdir=" : ":") + path_of(open.back());
    }
    open.push_back(open_place(upper));
    options += ",upperdir=" + path_of(open.back());
    // A fresh one each time: the last one says that what it belonged to was not written to the disk (volatile).
    open.push_back(open_place(fresh_work_folder(upper.parent_path())));
    options += ",workdir=" + path_of(open.back()) + ",index=off,volatile";
    if (!as_root_) options += ",userxattr";
    return ::mount("overlay", place.c_str(), "overlay", flags, options.c_str()) == 0 ? 0 : errno;
  }

  static fs::path fresh_work_folder(const fs::path& layer) {
    std::string folder = layer / "work.XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) {
      throw Fault(ExitStatus::target_failed, system_error_text("making the folder " + folder, errno));
    }
    return folder;
  }

  const SandboxOptions& options_;
  bool as_root_;
  fs::path root_;
  std::vector<Mount> mounts_;
};

}  // namespace

fs::path root_of(const SandboxOptions& options) {
  return options.folder / "root";
}

void mount_layers(const SandboxOptions& options, bool as_root) {
  LayerMounter mounter(options, as_root);
  if (options.root == "/") {
    mounter.mount_machine();
  } else {
    mounter.mount_folder();
  }
}

}  // namespace ibtest
