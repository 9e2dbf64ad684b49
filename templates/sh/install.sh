# Installs packages without questions, without a cluster of Debian's own making, and without a restart of anything.
set -e
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l
wait='-o DPkg::Lock::Timeout=300'
apt-get $wait -q update
apt-get $wait -q -y --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
    install "$@"
