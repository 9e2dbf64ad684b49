# Fills an empty directory with a copy of the primary: out of a repository where one leads there, else by the network.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: connection string, no password  $6: slot
# A marker beside the directory says that a copy is under way: only what it stands for is overwritten or removed.
version=$1 cluster=$2 data=$3
marker=$data.pgsteward-copying
filled() { [ -d "$data" ] && [ -n "$(ls -A "$data")" ]; }

# One copy at a time: an operator whose connection broke has left one running, which the next run waits for.
mkdir -p "$(dirname "$data")"
exec 9> "$data.pgsteward-lock"
flock -w 3600 9
if [ -f "$data/standby.signal" ] && [ ! -f "$marker" ]; then exit 0; fi

if filled && { [ ! -f "$marker" ] || [ -f "$data/postmaster.opts" ]; }; then
    echo "$data is not empty: $(ls -A "$data" | head -n 8 | tr '\n' ' ')" >&2
    exit 1
fi
install -d -o postgres -g postgres -m 0700 "$data" || exit 1
touch "$marker" && sync "$marker" || exit 1

cd /
if [ -f "/etc/pgbackrest/pgbackrest.conf" ] && runuser -u postgres -- /usr/local/bin/steward restore standby "$cluster"; then
    :
else
    find "$data" -mindepth 1 -delete
    runuser -u postgres -- "/usr/lib/postgresql/$version/bin/pg_basebackup" --no-password --dbname="$5" \
        --pgdata="$data" --wal-method=stream --checkpoint=fast --slot="$6" || {
        echo "the primary could not be copied" >&2
        echo "    HINT: pg_basebackup's own words stand above; is the primary deployed, and reachable from here?" >&2
        exit 1
    }
fi
runuser -u postgres -- touch "$data/standby.signal"
