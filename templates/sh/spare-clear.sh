# Removes what a drill has made on a spare host, secrets and data first; packages stay.  Without its mark: nothing.
# $1: version  $2: cluster  $3: data directory
version=$1 cluster=$2 data=$3
if [ ! -f "/etc/pgsteward/$cluster/spare" ] || grep -qs '"read_only": false' "/etc/pgsteward/$cluster/steward.json"; then
    echo "/etc/pgsteward/$cluster/spare is not there, or what is here archives: this is no host of a drill" >&2
    exit 1
fi
cd / || exit 1
rm -f "/etc/cron.d/pgsteward-$cluster"
systemctl disable --quiet --now "pgsteward-heartbeat@$cluster.service" 2> /dev/null
systemctl stop "postgresql@$version-$cluster.service" 2> /dev/null
systemctl stop pgbackrest.service 2> /dev/null
# A restore that an interrupted drill has left goes on, and would write into what is removed here.
over=
if [ -d "$(dirname "$data")" ]; then
    exec 9> "$data.pgsteward-lock"
    for _ in $(seq 30); do
        pkill -u postgres -x pgbackrest
        flock -w 1 9 && over=yes && break
    done
    if [ -z "$over" ]; then
        echo "a restore into $data goes on, and does not end: nothing was removed" >&2
        exit 1
    fi
fi
pg_dropcluster --stop "$version" "$cluster" 2> /dev/null
set -e # what cannot be removed keeps the mark
rm -rf "${data:?}" "${data:?}".before-* "${data:?}"-tablespaces "${data:?}".pgsteward-*
rm -rf "/etc/postgresql/$version/${cluster:?}" /etc/pgbackrest/pgbackrest.conf "/var/spool/pgbackrest/archive/${cluster:?}"
rm -rf "/var/lib/pgsteward/${cluster:?}" "/var/log/postgresql/postgresql-$version-$cluster.log"
rm -f "/var/log/pgbackrest/$cluster"-*.log "/run/pgbackrest/$cluster"-*.job
rm -rf "/etc/pgsteward/${cluster:?}" # the mark goes last
