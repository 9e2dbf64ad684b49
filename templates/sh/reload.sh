# Has servers that run read their certificate again: PostgreSQL, and pgBackRest's own.  $1: version  $2: cluster
if systemctl is-active --quiet "postgresql@$1-$2.service"; then as_postgres pg_ctlcluster "$1" "$2" reload || exit 1; fi
if systemctl is-active --quiet pgbackrest.service; then systemctl reload pgbackrest.service; fi
