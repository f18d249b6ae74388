#include <array>

#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array inputs = {
    InputField{.name = "path", .required = true, .default_value = "", .description = "Folder to delete."},
    InputField{.name = "force",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether to delete everything in it as well."},
};

}  // namespace

constinit const ActionModule modules::delete_folder = {
    .name = "DeleteFolder",
    .summary = "Deletes a folder.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = inputs,
};

}  // namespace ibtest
