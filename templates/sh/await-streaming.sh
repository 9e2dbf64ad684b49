# Waits until this standby streams and has received what its primary had written when the wait began.
# (After a restart PostgreSQL 17 was seen to leave flushed_lsn at the segment's start although all was flushed.)
# $1: port  $2: the primary's LSN  $3: log file
for _ in $(seq 300); do
    [ "$(ask "$1" postgres -c "
        select status = 'streaming' and written_lsn >= '$2' from pg_stat_wal_receiver" 2> /dev/null)" = t ] && exit 0
    sleep 0.2
done
touching "$3" tail -n 10 "$3" >&2
echo "this standby does not stream from its primary within 60 s" >&2
echo "    HINT: the end of its log stands above; can it reach the primary, and does its slot exist?" >&2
exit 1
