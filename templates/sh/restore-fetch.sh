# Stops a server, puts its data aside, and fetches what was planned in its place.
# $1: version  $2: cluster  $3: data directory
set -e
cluster=$2 data=$3
cd /
# One at a time: an operator whose connection broke has left one running, which would write into what comes next.
mkdir -p "$(dirname "$data")"
exec 9> "$data.pgsteward-lock"
flock -w 3600 9
systemctl stop "postgresql@$1-$cluster.service"
if [ -d "$data" ] && [ -n "$(ls -A "$data")" ]; then
    aside=$data.before-$(date -u +%Y%m%d-%H%M%S)
    mv "$data" "$aside"
    [ ! -d "$data-tablespaces" ] || mv "$data-tablespaces" "$aside-tablespaces"
    echo "what was there lies in $aside until: steward restore tidy $cluster $(basename "$aside")"
fi
install -d -o postgres -g postgres -m 0700 "$data"
runuser -u postgres -- /usr/local/bin/steward restore fetch "$cluster" < "/var/lib/pgsteward/$cluster/restore-plan.json"
