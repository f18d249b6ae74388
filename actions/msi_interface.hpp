#pragma once

#include <array>
#include <string_view>

#include "actions/action.hpp"

namespace ibtest {

/// What InstallMSI and UninstallMSI have in common: everything but the name (section 6.1).
namespace msi {

inline constexpr std::array platforms = {Platform::windows};
inline constexpr std::array<std::string_view, 3> reboot_values = {"Allow", "Force", "Skip"};
inline constexpr std::array input_fields = {
    InputField{.name = "path",
               .required = true,
               .default_value = "",
               .rule = InputRule::path,
               .description = "Installer: a local path, an s3:// URI, or an http or https URL."},
    InputField{.name = "reboot",
               .default_value = "Allow",
               .accepted = reboot_values,
               .description = "Whether to reboot afterwards: when the installer asks for it, always, or never."},
    InputField{.name = "logOptions",
               .default_value = "*VX",
               .rule = InputRule::msi_log_options,
               .description = "What msiexec logs, as its flags."},
    InputField{.name = "logFile",
               .default_value = "",
               .rule = InputRule::path,
               .description = "File for the log of msiexec; none without it."},
    InputField{.name = "properties",
               .type = InputType::string_map,
               .default_value = "",
               .rule = InputRule::msi_properties,
               .description = "MSI properties, passed as written."},
    InputField{.name = "ignoreAuthenticodeSignatureErrors",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether an installer with an invalid signature is run."},
    InputField{.name = "allowUnsignedInstaller",
               .type = InputType::boolean,
               .default_value = "false",
               .description = "Whether an installer without signature is run."},
};
inline constexpr std::array<std::string_view, 3> output_names = {"logFile", "msiExitCode", "stdout"};

}  // namespace msi

}  // namespace ibtest
