# Stops a server whose data is to be made anew; what lies there is used where it is the same.
# $1: version  $2: cluster  $3: data directory
set -e
systemctl stop "postgresql@$1-$2.service"
there -d "$3" || exit 0
given "$(dirname "$3")"
touching "$3" touch "$3.pgsteward-copying"
as_postgres rm -f "$3/postmaster.opts"
