# Has a standby take the writes, and waits until it does.
# $1: port  $2: a position that it has to have replayed first, `0/0` for whatever it has  $3: log file
cd /
ask() { runuser -u postgres -- psql -XqAt -p "$1" -d postgres -c "$2" 2> /dev/null; }
for _ in $(seq 100); do
    [ "$(ask "$1" "select pg_last_wal_replay_lsn() > '$2'")" = t ] && break
    [ "$(ask "$1" "select not pg_is_in_recovery()")" = t ] && exit 0
    sleep 0.1
done
if [ "$(ask "$1" "select pg_last_wal_replay_lsn() > '$2'")" != t ]; then
    echo "it has not replayed $2 within 10 s, and is not promoted" >&2
    exit 1
fi
if [ "$(ask "$1" "select pg_promote(true, 60)")" != t ]; then
    tail -n 10 "$3" >&2
    echo "it does not leave recovery" >&2
    echo "    HINT: the end of its log stands above" >&2
    exit 1
fi
