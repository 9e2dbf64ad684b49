# Has a standby take the writes, and waits until it does.
# $1: port  $2: a position that it has to have replayed first, `0/0` for whatever it has  $3: log file
cd /
ask() { runuser -u postgres -- psql -XqAt -p "$1" -d postgres -c "$2" 2> /dev/null; }
# Held to the end, by psql too: `withdraw.sh` waits until nobody asks any more.
exec 9> "/run/pgsteward-promote-$1.lock"
if ! flock -s -n 9; then
    echo "that it was asked to take the writes is just being taken back" >&2
    exit 1
fi
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
    # PostgreSQL goes on to promote itself, however long that takes.
    tail -n 10 "$3" >&2
    echo "it was asked to take the writes, and has not within 60 s" >&2
    if [ "$2" = 0/0 ]; then
        echo "    HINT: the request stands, and may come about yet: it asks the archive first; is that away?" \
            "then run this again: it goes on, or says what to edit" >&2
    else
        echo "    HINT: the end of its log stands above; the request is taken back next" >&2
    fi
    exit 1
fi
