# Waits until what this primary has written so far has left it. Nobody else is asked: another node may be gone.
# $1: port
wal=$(tell "$1" postgres -c "select pg_walfile_name(pg_switch_wal())" 2> /dev/null)
for _ in $(seq 300); do
    # Names of one timeline are in their order; the archiver turns to a newer one when the older is done.
    done=$(ask "$1" postgres -c "
        select last_archived_wal >= '$wal' and last_archived_wal !~ '\.' from pg_stat_archiver" 2> /dev/null)
    [ "$done" = t ] && exit 0
    sleep 0.2
done
ask "$1" postgres -c "
    select 'the archiver failed with ' || last_failed_wal || ' at ' || last_failed_time from pg_stat_archiver
    where last_failed_time > coalesce(last_archived_time, '-infinity')" >&2
echo "the new primary's WAL does not arrive in the archive within 60 s" >&2
echo "    HINT: it takes writes and keeps its WAL; \`make status\` says which repository is away" >&2
exit 1
