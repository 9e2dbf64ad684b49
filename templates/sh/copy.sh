# Copies the primary into an empty directory and makes it a standby known to Debian, not yet started.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: connection string, no password  $6: slot
# A marker beside the directory says that a copy is under way: only what an interrupted copy of ours left is removed.
set -e
version=$1 cluster=$2 data=$3 port=$4
marker=$data.pgsteward-copying
filled() { [ -d "$data" ] && [ -n "$(ls -A "$data")" ]; }

# One copy at a time: an operator whose connection broke has left one running, which the next run waits for.
mkdir -p "$(dirname "$data")"
exec 9> "$data.pgsteward-lock"
flock -w 3600 9
if [ -f "$data/standby.signal" ] && [ ! -f "$marker" ]; then exit 0; fi

if filled && [ -f "$marker" ] && [ ! -f "$data/postmaster.opts" ]; then
    find "$data" -mindepth 1 -delete
fi
if filled; then
    echo "$data is not empty: $(ls -A "$data" | head -n 8 | tr '\n' ' ')" >&2
    exit 1
fi
install -d -o postgres -g postgres -m 0700 "$data"
touch "$marker"
sync "$marker"
runuser -u postgres -- "/usr/lib/postgresql/$version/bin/pg_basebackup" --no-password --dbname="$5" \
    --pgdata="$data" --wal-method=stream --checkpoint=fast --slot="$6" || {
    echo "the primary could not be copied" >&2
    echo "    HINT: pg_basebackup's own words stand above; is the primary deployed, and reachable from here?" >&2
    exit 1
}
touch "$data/standby.signal"
chown postgres:postgres "$data/standby.signal"
if [ ! -f "/etc/postgresql/$version/$cluster/postgresql.conf" ]; then
    # Debian moves these to /etc when it takes an existing directory in; on the primary they never lay in the data.
    install -o postgres -g postgres -m 0644 "/usr/share/postgresql/$version/postgresql.conf.sample" "$data/postgresql.conf"
    install -o postgres -g postgres -m 0640 /dev/null "$data/pg_hba.conf"
    install -o postgres -g postgres -m 0640 /dev/null "$data/pg_ident.conf"
    pg_createcluster "$version" "$cluster" --datadir "$data" --port "$port" --start-conf auto
fi
rm -f "$marker"
