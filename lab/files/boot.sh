#!/bin/sh
# Starts a host: DIRECTORY BASE NSPAWN... Runs in a mount namespace of its own, so that every mount and loop device
# of the host is gone when its last process is, whatever ends it, and no other host's namespace holds on to them.
set -eu
cd "$1"
base=$2
shift 2

# What the host writes is one file: a thousand small ones would take seconds to delete where / discards as it goes.
mount -o loop,nobarrier root.img writes
mkdir -p writes/upper writes/work
rm -rf writes/work/work/incompat # the mark of a volatile overlay whose host died
mount -t overlay -o "lowerdir=own:$base,upperdir=writes/upper,workdir=writes/work,volatile" lab root
mount -o loop disk.img data

# nspawn's locks, which it leaves behind when it is killed.
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=755 lab /run/systemd/nspawn

# nspawn says 133 when the host wants to be started again.
while :; do
    status=0
    "$@" || status=$?
    [ "$status" = 133 ] || exit "$status"
done
