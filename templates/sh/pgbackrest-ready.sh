# Directories as pgBackRest needs them, and its TLS server with the configuration of now.
# $1: yes where its TLS server is wanted  $2: the mark of a configuration that nobody has checked  then: directories of
# our own
set -e
server=$1
touching "$2" touch "$2"
shift 2
for directory in /var/spool/pgbackrest "$@"; do own_directory "$directory" 0750; done
if [ "$server" = yes ]; then
    systemctl enable --quiet pgbackrest
    systemctl reload-or-restart pgbackrest
fi
