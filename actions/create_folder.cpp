#include <array>

#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array inputs = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .description = "Folder to create; missing parents are created."},
    InputField{.name = "owner",
               .default_value = "",
               .unix_only = true,
               .description = "User name or ID; the current user without it."},
    InputField{.name = "group",
               .default_value = "",
               .unix_only = true,
               .description = "Group name or ID; the group of the current user without it."},
    InputField{.name = "permissions",
               .default_value = "0777",
               .unix_only = true,
               .description = "Octal mode; the umask still applies."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .description = "Whether the folder may exist already; its contents are kept."},
};

}  // namespace

constinit const ActionModule modules::create_folder = {
    .name = "CreateFolder",
    .summary = "Creates a folder, with owner, group and permissions.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = inputs,
};

}  // namespace ibtest
