#!/bin/sh
# What all EC2-like images share after their packages are installed.
set -eu

systemctl enable ibtest-booted.service
systemctl set-default multi-user.target

# Units that need hardware, a console, or rights that a container does not have. Masking one that the distribution does
# not have does no harm.
systemctl mask \
  console-getty.service getty.target serial-getty@.service getty@.service \
  systemd-udevd.service systemd-udev-trigger.service systemd-udev-settle.service \
  systemd-udevd-control.socket systemd-udevd-kernel.socket \
  systemd-modules-load.service systemd-sysctl.service systemd-remount-fs.service \
  systemd-firstboot.service systemd-machine-id-commit.service systemd-random-seed.service systemd-hwdb-update.service \
  systemd-logind.service systemd-networkd.service systemd-networkd.socket systemd-networkd-wait-online.service \
  systemd-resolved.service systemd-timesyncd.service systemd-oomd.service systemd-oomd.socket \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  dev-hugepages.mount dev-mqueue.mount proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount \
  systemd-binfmt.service tmp.mount swap.target e2scrub_reap.service fstrim.timer

# An instance has its own; systemd makes one at the first boot.
: > /etc/machine-id
rm -f /var/lib/dbus/machine-id
