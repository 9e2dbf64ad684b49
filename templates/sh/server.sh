# What stands on this host of one PostgreSQL server: lines of `name=value`, then one line of JSON where it answers.
# $1: version  $2: cluster  $3: data directory  $4: port  $5: the SQL of the snapshot
touching "/etc/postgresql/$1/$2/." test -f "/etc/postgresql/$1/$2/postgresql.conf" && echo "configured=yes"
touching "$3/." sh -s -- "$@" << 'END'
data=$3
binaries=/usr/lib/postgresql/$1/bin
[ -d "$data" ] || exit 0
contents=$(ls -A "$data" | head -n 8 | tr '\n' ' ')
[ -n "$contents" ] && echo "contents=$contents"
[ -f "$data/PG_VERSION" ] && echo "data_version=$(cat "$data/PG_VERSION")"
[ -f "$data/standby.signal" ] && echo "standby=yes"
[ -f "$data.pgsteward-copying" ] && [ ! -f "$data/postmaster.opts" ] && echo "copying=yes"
[ -f "$data/global/pg_control" ] && [ -x "$binaries/pg_controldata" ] &&
    LC_ALL=C "$binaries/pg_controldata" "$data" | awk -F ': *' '
        /system identifier/ {print "system=" $2}
        /Latest checkpoint.s TimeLineID|Min recovery ending loc.s timeline/ {if ($2 > timeline) timeline = $2}
        END {print "timeline=" timeline + 0}'
END
fenced=/var/lib/pgsteward/$2/fenced
there -f "$fenced" && echo "fenced=$(touching "$fenced" head -n 1 "$fenced")"
systemctl is-active --quiet "postgresql@$1-$2.service" 2>/dev/null && echo "running=yes"
systemctl is-failed --quiet "postgresql@$1-$2.service" 2>/dev/null && echo "failed=yes"
if command -v psql >/dev/null; then
    printf 'snapshot=' && ask "$4" postgres -c "$5" 2> /dev/null
fi
true
