#include "actions/modules.hpp"
#include "actions/msi_interface.hpp"

namespace ibtest {

constinit const ActionModule modules::uninstall_msi = {
    .name = "UninstallMSI",
    .summary = "Removes what a Windows Installer package has installed.",
    .platforms = msi::platforms,
    .shape = InputShape::object,
    .inputs = msi::input_fields,
    .outputs = msi::output_names,
};

}  // namespace ibtest
