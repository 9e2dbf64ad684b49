#!/bin/sh
# Written by pgsteward: one backup, locked against overlap, its outcome recorded for people and for Prometheus.
# $1: stanza  $2: repository  $3: its number  $4: full, diff or incr
# Exit codes: pgBackRest's own; 75 where another backup of this repository is under way.
stanza=$1 repository=$2 number=$3 kind=$4
records=/var/log/pgsteward/jobs.jsonl
metrics=/var/lib/prometheus/node-exporter
[ -d "$metrics" ] && [ -w "$metrics" ] || metrics=/var/lib/pgsteward/metrics

exec 9> "/run/pgbackrest/$stanza-$repository.job"
flock -n 9 || exit 75
begin=$(date +%s)
backup() { pgbackrest --stanza="$stanza" --repo="$number" --type="$kind" "$@" backup; }
if pgbackrest version | awk '{ split($2, v, "."); exit !(v[1] > 2 || v[2] >= 54) }'; then
    backup # a standby where one is up: the configuration says `prefer`
    code=$?
else
    # Before 2.54 it is a standby or nothing; where none is up, the primary gives the backup.
    backup --backup-standby 2> /dev/null || backup
    code=$?
fi
end=$(date +%s)

printf '{"job": "backup", "cluster": "%s", "repository": "%s", "kind": "%s", "begin": %s, "seconds": %s, "exit": %s}\n' \
    "$stanza" "$repository" "$kind" "$begin" "$((end - begin))" "$code" >> "$records"
labels="cluster=\"$stanza\",repository=\"$repository\",kind=\"$kind\""
file=$metrics/pgsteward-$stanza-$repository-$kind.prom
{
    echo "pgsteward_backup_exit_code{$labels} $code"
    echo "pgsteward_backup_seconds{$labels} $((end - begin))"
    [ "$code" -ne 0 ] || echo "pgsteward_backup_last_success_timestamp_seconds{$labels} $end"
    [ "$code" -eq 0 ] || grep last_success "$file" 2> /dev/null
} > "$file.new"
mv "$file.new" "$file"
exit "$code"
