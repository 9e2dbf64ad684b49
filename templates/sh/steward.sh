# steward, as the user that it runs as everywhere.  The arguments: its verb and what follows
cd /
exec runuser -u postgres -- /usr/local/bin/steward "$@"
