# Makes a new, empty database cluster, not yet started.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: locale
set -e
if [ -n "$(listed "$3")" ]; then
    echo "$3 is not empty" >&2
    exit 1
fi
own_directory "$3" 0700
log_file "/var/log/postgresql/postgresql-$1-$2.log"
as_postgres pg_createcluster "$1" "$2" --datadir "$3" --port "$4" --locale "$5" --encoding UTF8 --start-conf auto -- \
    --data-checksums --auth-local peer --auth-host scram-sha-256
systemctl daemon-reload # postgresql.service learns whom it starts at boot
