# Has Debian know a data directory that was copied or restored, with a configuration of its own, not yet started.
# $1: version  $2: cluster  $3: data directory  $4: port
set -e
version=$1 cluster=$2 data=$3 port=$4
if [ ! -f "/etc/postgresql/$version/$cluster/postgresql.conf" ]; then
    # Debian moves these to /etc when it takes an existing directory in; on the primary they never lay in the data.
    install -o postgres -g postgres -m 0644 "/usr/share/postgresql/$version/postgresql.conf.sample" "$data/postgresql.conf"
    install -o postgres -g postgres -m 0640 /dev/null "$data/pg_hba.conf"
    install -o postgres -g postgres -m 0640 /dev/null "$data/pg_ident.conf"
    pg_createcluster "$version" "$cluster" --datadir "$data" --port "$port" --start-conf auto
fi
rm -f "$data.pgsteward-copying"
