#include <array>

#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::windows, Platform::macos};
constexpr std::array inputs = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .description = "Program file, or a name that is looked up in PATH."},
    InputField{.name = "arguments",
               .type = InputType::string_list,
               .default_value = "",
               .description = "Arguments, each passed as it is; no shell looks at them."},
};
constexpr std::array<std::string_view, 1> outputs = {"stdout"};

}  // namespace

constinit const ActionModule modules::execute_binary = {
    .name = "ExecuteBinary",
    .summary = "Runs a program directly, without a shell.",
    .platforms = platforms,
    .inputs = inputs,
    .outputs = outputs,
};

}  // namespace ibtest
