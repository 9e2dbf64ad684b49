# Has Debian know a data directory that was copied or restored, with a configuration of its own, not yet started.
# $1: version  $2: cluster  $3: data directory  $4: port
set -e
log_file "/var/log/postgresql/postgresql-$1-$2.log"
as_postgres sh -es -- "$@" << 'END'
version=$1 cluster=$2 data=$3 port=$4
if [ ! -f "/etc/postgresql/$version/$cluster/postgresql.conf" ]; then
    # Debian moves these to /etc when it takes an existing directory in; on the primary they never lay in the data.
    install -m 0644 "/usr/share/postgresql/$version/postgresql.conf.sample" "$data/postgresql.conf"
    install -m 0640 /dev/null "$data/pg_hba.conf"
    install -m 0640 /dev/null "$data/pg_ident.conf"
    pg_createcluster "$version" "$cluster" --datadir "$data" --port "$port" --start-conf auto
fi
END
systemctl daemon-reload # postgresql.service learns whom it starts at boot
touching "$3" rm -f "$3.pgsteward-copying"
