#include <algorithm>
#include <array>

#include "actions/action.hpp"
#include "actions/modules.hpp"

namespace ibtest {

namespace {

// Linkers drop self-registering objects out of static libraries, hence an explicit list; in order of names.
constexpr std::array<const ActionModule*, 30> modules_by_name = {
    &modules::append_file,
    &modules::assert_condition,
    &modules::copy_file,
    &modules::copy_folder,
    &modules::create_file,
    &modules::create_folder,
    &modules::create_symlink,
    &modules::delete_file,
    &modules::delete_folder,
    &modules::execute_bash,
    &modules::execute_binary,
    &modules::execute_document,
    &modules::execute_power_shell,
    &modules::install_msi,
    &modules::list_files,
    &modules::move_file,
    &modules::move_folder,
    &modules::read_file,
    &modules::reboot,
    &modules::s3_download,
    &modules::s3_upload,
    &modules::set_file_encoding,
    &modules::set_file_owner,
    &modules::set_file_permissions,
    &modules::set_folder_owner,
    &modules::set_folder_permissions,
    &modules::set_registry,
    &modules::uninstall_msi,
    &modules::update_os,
    &modules::web_download,
};

std::string_view platform_name(Platform platform) {
  switch (platform) {
    case Platform::windows:
      return "windows";
    case Platform::macos:
      return "macos";
    case Platform::linux_os:
      break;
  }
  return "linux";
}

}  // namespace

std::string unsupported_action_text(const ActionModule& module, Platform platform) {
  std::string supported;
  for (const Platform known : module.platforms)
    supported += (supported.empty() ? "" : ", ") + std::string(platform_name(known));
  return "Action " + std::string(module.name) + " is not supported on platform " +
         std::string(platform_name(platform)) + " (supported: " + supported + ")";
}

const ActionModule* find_action(std::string_view name) {
  const auto found =
      std::ranges::find_if(modules_by_name, [name](const ActionModule* module) { return module->name == name; });
  return found == modules_by_name.end() ? nullptr : *found;
}

std::span<const ActionModule* const> all_actions() {
  return modules_by_name;
}

std::vector<std::string_view> action_names() {
  std::vector<std::string_view> names;
  names.reserve(modules_by_name.size());
  for (const ActionModule* module : modules_by_name)
    names.push_back(module->name);
  return names;
}

}  // namespace ibtest
