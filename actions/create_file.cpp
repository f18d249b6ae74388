#include <array>

#include "actions/modules.hpp"
#include "actions/text_encoding.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array inputs = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .description = "File to write; missing parent folders are created."},
    InputField{.name = "content", .default_value = "", .description = "Text of the file; an empty file without it."},
    InputField{.name = "encoding",
               .default_value = "utf8",
               .accepted = encoding_names,
               .description = "Encoding the text is written in."},
    InputField{.name = "owner",
               .default_value = "",
               .unix_only = true,
               .description = "User name or ID; the current user without it."},
    InputField{.name = "group",
               .default_value = "",
               .unix_only = true,
               .description = "Group name or ID; the group of the current user without it."},
    InputField{.name = "permissions",
               .default_value = "0666",
               .unix_only = true,
               .description = "Octal mode; the umask still applies."},
    InputField{.name = "overwrite",
               .type = InputType::boolean,
               .default_value = "true",
               .description = "Whether an existing file may be replaced."},
};

}  // namespace

constinit const ActionModule modules::create_file = {
    .name = "CreateFile",
    .summary = "Writes a file, with owner, group and permissions.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = inputs,
};

}  // namespace ibtest
