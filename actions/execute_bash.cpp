#include <array>

#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::linux_os, Platform::macos};
constexpr std::array inputs = {
    InputField{.name = "commands",
               .type = InputType::string_list,
               .required = true,
               .default_value = "",
               .description = "Shell text; all entries together are one bash script, run without `set -e`."},
};
constexpr std::array<std::string_view, 1> outputs = {"stdout"};

}  // namespace

constinit const ActionModule modules::execute_bash = {
    .name = "ExecuteBash",
    .summary = "Runs its commands as one bash script.",
    .platforms = platforms,
    .inputs = inputs,
    .outputs = outputs,
};

}  // namespace ibtest
