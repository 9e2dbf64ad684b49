# Makes the directories that steward works in; a heartbeat that runs goes on with the program of now.
set -e
systemd-tmpfiles --create /etc/tmpfiles.d/pgsteward-steward.conf
systemctl daemon-reload
systemctl try-restart 'pgsteward-heartbeat@*.service'
