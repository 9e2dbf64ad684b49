#!/bin/sh
# What has to be there before packages are installed. Called by mmdebstrap: ROOT.
set -eu

# The package of a server makes no cluster: clusters are the deploy's.
install -d "$1/etc/postgresql-common/createcluster.d"
echo 'create_main_cluster = false' > "$1/etc/postgresql-common/createcluster.d/lab.conf"
