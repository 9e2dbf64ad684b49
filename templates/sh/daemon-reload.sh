# Has systemd read its units again; a running service keeps the limits it started with.
systemctl daemon-reload
