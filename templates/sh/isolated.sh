# Has systemd listen for those who want an isolated server, now and after each boot.  $1: the socket's unit
set -e
[ "$(systemctl show --property=NeedDaemonReload --value "$1")" = no ] || systemctl daemon-reload
systemctl start "$1"
systemctl enable --quiet "$1"
