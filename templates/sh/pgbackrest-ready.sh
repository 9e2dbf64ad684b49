# Directories as pgBackRest needs them, and its TLS server with the configuration of now.
# $1: yes where its TLS server is wanted  $2: the mark of a configuration that nobody has checked  then: directories of
# our own
set -e
server=$1
touch "$2"
shift 2
install -d -o postgres -g postgres -m 0750 /var/spool/pgbackrest "$@"
if [ "$server" = yes ]; then
    systemctl enable --quiet pgbackrest
    systemctl reload-or-restart pgbackrest
fi
