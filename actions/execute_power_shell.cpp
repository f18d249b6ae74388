#include <array>

#include "actions/modules.hpp"

namespace ibtest {

namespace {

constexpr std::array platforms = {Platform::windows};
constexpr std::array input_fields = {
    InputField{.name = "commands",
               .type = InputType::string_list,
               .default_value = "",
               .description = "Lines of one PowerShell script."},
    InputField{.name = "file", .default_value = "", .rule = InputRule::path, .description = "Path of a .ps1 file."},
};
// EXECUTEPOWERSHELL-1
constexpr std::array<std::string_view, 2> one_of = {"commands", "file"};
constexpr std::array<std::string_view, 1> output_names = {"stdout"};

}  // namespace

constinit const ActionModule modules::execute_power_shell = {
    .name = "ExecutePowerShell",
    .summary = "Runs a PowerShell script.",
    .platforms = platforms,
    .shape = InputShape::object,
    .inputs = input_fields,
    .one_of = one_of,
    .outputs = output_names,
};

}  // namespace ibtest
