# Takes back that a standby was asked to take the writes: PostgreSQL forgets that only when it stops. Then it starts
# again as what it is. Fails where that is no standby any more, or where it does not stop.
# $1: version  $2: cluster  $3: data directory  $4: port
unit=postgresql@$1-$2.service
lock_file "promote-$4"
if there -f "$3/standby.signal"; then
    timeout 15 systemctl stop "$unit" || { systemctl kill --signal=KILL "$unit"; timeout 15 systemctl stop "$unit"; }
    if systemctl is-active --quiet "$unit" || as_postgres pg_lsclusters -h "$1" "$2" | grep -qw online; then
        echo "postgresql $1 $2 does not stop" >&2
        exit 1
    fi
fi
there -f "$3/standby.signal" && back=yes || back=
# A `promote.sh` whose connection broke may be about to ask: it stays down until that has ended.
flock -w 20 9 && systemctl start --no-block "$unit"
if [ -z "$back" ]; then
    echo "postgresql $1 $2 has left recovery" >&2
    exit 1
fi
