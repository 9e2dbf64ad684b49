# Makes the directories that steward works in; a heartbeat that runs goes on with the program of now.
set -e
systemd-tmpfiles --create /etc/tmpfiles.d/pgsteward-steward.conf
# Units that are loaded and older than their files; what is not loaded is read when it is needed.
older=$(systemctl show --property=NeedDaemonReload --value 'pgsteward-heartbeat@*' 'postgresql@*')
case $older in *yes*) systemctl daemon-reload ;; esac
systemctl try-restart 'pgsteward-heartbeat@*.service'
