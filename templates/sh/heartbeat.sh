# Has the heartbeat of a cluster run, now and after each boot.  $1: cluster
set -e
unit=pgsteward-heartbeat@$1.service
[ "$(systemctl show --property=NeedDaemonReload --value "$unit")" = no ] || systemctl daemon-reload
systemctl start "$unit"
systemctl enable --quiet "$unit"
