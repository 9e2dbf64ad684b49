# Fills an empty directory with a copy of the primary: out of a repository where one leads there, else by the network.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: connection string, no password  $6: slot
# A marker beside the directory says that a copy is under way: only what it stands for is overwritten or removed.
version=$1 cluster=$2 data=$3
marker=$data.pgsteward-copying

# One copy at a time: an operator whose connection broke has left one running, which the next run waits for.
lock_file "data-$version-$cluster"
flock -w 3600 9
if there -f "$data/standby.signal" && ! there -f "$marker"; then exit 0; fi

found=$(listed "$data")
if [ -n "$found" ] && { ! there -f "$marker" || there -f "$data/postmaster.opts"; }; then
    echo "$data is not empty: $(echo "$found" | head -n 8 | tr '\n' ' ')" >&2
    exit 1
fi
own_directory "$data" 0700 || exit 1
touching "$marker" touch "$marker" && touching "$marker" sync "$marker" || exit 1

if [ -f "/etc/pgbackrest/pgbackrest.conf" ] && as_postgres /usr/local/bin/steward restore standby "$cluster"; then
    :
else
    as_postgres find "$data" -mindepth 1 -delete
    as_postgres "/usr/lib/postgresql/$version/bin/pg_basebackup" --no-password --dbname="$5" \
        --pgdata="$data" --wal-method=stream --checkpoint=fast --slot="$6" || {
        echo "the primary could not be copied" >&2
        echo "    HINT: pg_basebackup's own words stand above; is the primary deployed, and reachable from here?" >&2
        exit 1
    }
fi
as_postgres touch "$data/standby.signal"
