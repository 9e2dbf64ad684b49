# Stops a server for good: it does not start again, at boot neither, until `unfence.sh`.
# $1: version  $2: cluster  $3: why, in a sentence
version=$1 cluster=$2
unit=postgresql@$version-$cluster.service fenced=/var/lib/pgsteward/$cluster/fenced
# First what keeps it from starting, so that a run that ends here leaves it fenced.
printf '%s\n' "$3" | put "$fenced" postgres:postgres 0644 && as_postgres sync "$fenced" || exit 1
echo disabled | put "/etc/postgresql/$version/$cluster/start.conf" postgres:postgres 0644 || exit 1
# A server that is ill may not stop by itself.
timeout 15 systemctl stop "$unit" || { systemctl kill --signal=KILL "$unit"; timeout 15 systemctl stop "$unit"; }
systemctl mask --quiet "$unit"
if systemctl is-active --quiet "$unit" || as_postgres pg_lsclusters -h "$version" "$cluster" | grep -qw online; then
    echo "postgresql $version $cluster does not stop" >&2
    echo "    HINT: power the host off, and say so: --data unreachable=…" >&2
    exit 1
fi
