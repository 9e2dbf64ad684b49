#!/bin/sh
# What a blank host is, besides its packages. Called by mmdebstrap: ROOT SUITE MIRROR.
set -eu
root=$1 suite=$2 mirror=$3
here=$(dirname "$0")

# The archive, in the form that Debian's own installations have it.
rm -f "$root/etc/apt/sources.list"
cat > "$root/etc/apt/sources.list.d/debian.sources" <<END
Types: deb
URIs: $mirror
Suites: $suite
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END

# Both ways in: root, and a user with sudo. Keys come with each host.
chroot "$root" useradd --create-home --shell /bin/bash --password '*' deploy
install -d -m 700 "$root/root/.ssh"
install -d -m 700 -o 1000 -g 1000 "$root/home/deploy/.ssh"
install -m 440 "$here/sudoers" "$root/etc/sudoers.d/deploy"
install -m 644 "$here/sshd.conf" "$root/etc/ssh/sshd_config.d/lab.conf"
rm -f "$root"/etc/ssh/ssh_host_*

# The address comes from the lab. A name that sorts after 80-container-host0 would lose.
ln -sf /dev/null "$root/etc/systemd/network/80-container-host0.network"
chroot "$root" systemctl --quiet enable systemd-networkd.service
chroot "$root" systemctl --quiet disable systemd-networkd-wait-online.service systemd-networkd.socket || true

# What fails in a container, or would take apt's lock when it pleases.
for unit in systemd-modules-load.service systemd-udevd.service systemd-timesyncd.service e2scrub_reap.service \
    console-getty.service getty.target systemd-firstboot.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
chroot "$root" systemctl --quiet disable apt-daily.timer apt-daily-upgrade.timer

# The way to the mirror, where it leads past an authority of this machine's own.
for certificate in /usr/local/share/ca-certificates/*.crt; do
    [ -e "$certificate" ] && install -m 644 "$certificate" "$root/usr/local/share/ca-certificates/"
done
chroot "$root" update-ca-certificates > /dev/null 2>&1

# Nothing here needs an update at first boot.
touch -r "$root/usr" "$root/etc/.updated" "$root/var/.updated"
