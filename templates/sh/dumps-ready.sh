# Makes the directories that dumps lie in.
exec systemd-tmpfiles --create /etc/tmpfiles.d/pgsteward-dumps-*.conf
