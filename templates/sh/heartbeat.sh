# Has the heartbeat of a cluster run, now and after each boot.  $1: cluster
set -e
systemctl daemon-reload
systemctl enable --quiet --now "pgsteward-heartbeat@$1.service"
