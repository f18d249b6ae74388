#include <array>

#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array inputs = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .description = "File to delete; the file name may hold `*`."},
};

}  // namespace

constinit const ActionModule modules::delete_file = {
    .name = "DeleteFile",
    .summary = "Deletes a file, or the files of one folder that match a wildcard.",
    .platforms = platforms,
    .shape = InputShape::list,
    .inputs = inputs,
};

}  // namespace ibtest
