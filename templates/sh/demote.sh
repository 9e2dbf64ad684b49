# Has a server that was stopped in order begin as a standby.  $1: version  $2: cluster  $3: data directory
set -e
if systemctl is-active --quiet "postgresql@$1-$2.service"; then
    echo "postgresql $1 $2 still runs" >&2
    exit 1
fi
as_postgres touch "$3/standby.signal"
