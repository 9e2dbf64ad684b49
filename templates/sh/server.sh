# What stands on this host of one PostgreSQL server: lines of `name=value`, then one line of JSON where it answers.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: the SQL of the snapshot
data=$3
binaries=/usr/lib/postgresql/$1/bin

[ -f "/etc/postgresql/$1/$2/postgresql.conf" ] && echo "configured=yes"
if [ -d "$data" ]; then
    [ -n "$(ls -A "$data")" ] && echo "contents=$(ls -A "$data" | head -n 8 | tr '\n' ' ')"
    [ -f "$data/PG_VERSION" ] && echo "data_version=$(cat "$data/PG_VERSION")"
    [ -f "$data/standby.signal" ] && echo "standby=yes"
    [ -f "$data.pgsteward-copying" ] && [ ! -f "$data/postmaster.opts" ] && echo "copying=yes"
    [ -f "$data/global/pg_control" ] && [ -x "$binaries/pg_controldata" ] &&
        LC_ALL=C "$binaries/pg_controldata" "$data" | awk -F ': *' '
            /system identifier/ {print "system=" $2}
            /Latest checkpoint.s TimeLineID|Min recovery ending loc.s timeline/ {if ($2 > timeline) timeline = $2}
            END {print "timeline=" timeline + 0}'
fi
[ -f "/var/lib/pgsteward/$2/fenced" ] && echo "fenced=$(head -n 1 "/var/lib/pgsteward/$2/fenced")"
systemctl is-active --quiet "postgresql@$1-$2.service" 2>/dev/null && echo "running=yes"
systemctl is-failed --quiet "postgresql@$1-$2.service" 2>/dev/null && echo "failed=yes"
if command -v psql >/dev/null; then
    cd / && printf 'snapshot=' && runuser -u postgres -- psql -XqAt -p "$4" -d postgres -c "$5" 2>/dev/null
fi
true
