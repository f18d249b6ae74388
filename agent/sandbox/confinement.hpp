#pragma once

namespace ibtest {

/// Gives up, for this process and all that it starts, what would let root of the machine change the kernel that it
/// shares with others: it keeps what root of a container has (files, owners, users, ports), but cannot mount, load
/// modules, set the clock, make devices, reboot, configure the network, nor use the kernel's key rings. Throws Fault.
void give_up_power_over_kernel();

}  // namespace ibtest
