# Removes what a drill has made on a spare host, secrets and data first; packages stay.  Without its mark: nothing.
# $1: version  $2: cluster  $3: data directory
version=$1 cluster=$2 data=$3
if [ ! -f "/etc/pgsteward/$cluster/spare" ] || grep -qs '"read_only": false' "/etc/pgsteward/$cluster/steward.json"; then
    echo "/etc/pgsteward/$cluster/spare is not there, or what is here archives: this is no host of a drill" >&2
    exit 1
fi
rm -f "/etc/cron.d/pgsteward-$cluster"
systemctl disable --quiet --now "pgsteward-heartbeat@$cluster.service" 2> /dev/null
systemctl stop "postgresql@$version-$cluster.service" 2> /dev/null
systemctl stop pgbackrest.service 2> /dev/null
# A proof that an interrupted drill has left goes on, too. Isolated servers are the drill's here, and take their data along.
systemctl stop 'pgsteward-isolated@*.service' 'pgsteward-isolated-server-*.service' "pgsteward-conclude-$cluster.service" \
    2> /dev/null
[ -z "$(listed "$data/isolated")" ] || as_postgres /usr/local/bin/steward drill tidy "$cluster"
# A restore that an interrupted drill has left goes on, and would write into what is removed here.
over=
lock_file "data-$version-$cluster"
for _ in $(seq 30); do
    pkill -u postgres -x pgbackrest
    flock -w 1 9 && over=yes && break
done
if [ -z "$over" ]; then
    echo "a restore into $data goes on, and does not end: nothing was removed" >&2
    exit 1
fi
as_postgres pg_dropcluster "$version" "$cluster" 2> /dev/null
systemctl daemon-reload
given "$(dirname "$data")"
given "/var/lib/pgsteward/$cluster/migrations"
set -e # what cannot be removed keeps the mark
: "${data:?}" "${cluster:?}"
touching "$data" sh -c 'rm -rf "$1" "$1".before-* "$1"-tablespaces "$1".pgsteward-*' clear "$data"
as_postgres rm -rf "/etc/postgresql/$version/$cluster" "/var/spool/pgbackrest/archive/$cluster"
as_postgres rm -rf "/var/lib/pgsteward/$cluster" "/var/log/postgresql/postgresql-$version-$cluster.log"
as_postgres sh -c 'rm -f "/var/log/pgbackrest/$1"-*.log "/run/pgbackrest/$1"-*.job' clear "$cluster"
rm -f /etc/pgbackrest/pgbackrest.conf
rm -rf "/etc/pgsteward/$cluster" # the mark goes last
