# Stops a server, puts its data aside, and fetches what was planned in its place.
# $1: version  $2: cluster  $3: data directory
set -e
cluster=$2 data=$3
# One at a time: an operator whose connection broke has left one running, which would write into what comes next.
lock_file "data-$1-$cluster"
flock -w 3600 9
systemctl stop "postgresql@$1-$cluster.service"
given "$(dirname "$data")"
if [ -n "$(listed "$data")" ]; then
    aside=$data.before-$(date -u +%Y%m%d-%H%M%S)
    touching "$data" mv -T "$data" "$aside"
    ! there -d "$data-tablespaces" || touching "$data" mv -T "$data-tablespaces" "$aside-tablespaces"
    echo "what was there lies in $aside until: steward restore tidy $cluster $(basename "$aside")"
fi
own_directory "$data" 0700
as_postgres sh -s -- "$cluster" << 'END'
exec /usr/local/bin/steward restore fetch "$1" < "/var/lib/pgsteward/$1/restore-plan.json"
END
