# Makes a new, empty database cluster, not yet started.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: locale
set -e
if [ -d "$3" ] && [ -n "$(ls -A "$3")" ]; then
    echo "$3 is not empty" >&2
    exit 1
fi
pg_createcluster "$1" "$2" --datadir "$3" --port "$4" --locale "$5" --encoding UTF8 --start-conf auto -- \
    --data-checksums --auth-local peer --auth-host scram-sha-256
