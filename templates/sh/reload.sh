# Has a running server read its files again; nothing where it does not run.  $1: version  $2: cluster
if systemctl is-active --quiet "postgresql@$1-$2.service"; then pg_ctlcluster "$1" "$2" reload; fi
