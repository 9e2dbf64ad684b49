# A standby's data is lost. A drill's only: nothing else may call this.  $1: version  $2: cluster  $3: data directory
set -e
systemctl stop "postgresql@$1-$2.service"
if ! there -f "$3/standby.signal"; then
    echo "$3 is no standby's, and is not removed" >&2
    exit 1
fi
as_postgres find "$3" -mindepth 1 -delete
