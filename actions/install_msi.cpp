#include "actions/modules.hpp"
#include "actions/msi_interface.hpp"

namespace ibtest {

constinit const ActionModule modules::install_msi = {
    .name = "InstallMSI",
    .summary = "Installs a Windows Installer package.",
    .platforms = msi::platforms,
    .shape = InputShape::object,
    .inputs = msi::input_fields,
    .outputs = msi::output_names,
};

}  // namespace ibtest
