# Has a standby take the writes, and waits until it does.
# $1: port  $2: a position that it has to have replayed first, `0/0` for whatever it has  $3: log file
says() { ask "$port" postgres -c "$1" 2> /dev/null; }
port=$1
# Held to the end, by psql too: `withdraw.sh` waits until nobody asks any more.
lock_file "promote-$1"
if ! flock -s -n 9; then
    echo "that it was asked to take the writes is just being taken back" >&2
    exit 1
fi
for _ in $(seq 100); do
    [ "$(says "select pg_last_wal_replay_lsn() > '$2'")" = t ] && break
    [ "$(says "select not pg_is_in_recovery()")" = t ] && exit 0
    sleep 0.1
done
if [ "$(says "select pg_last_wal_replay_lsn() > '$2'")" != t ]; then
    echo "it has not replayed $2 within 10 s, and is not promoted" >&2
    exit 1
fi
if [ "$(says "select pg_promote(true, 60)")" != t ]; then
    # PostgreSQL goes on to promote itself, however long that takes.
    touching "$3" tail -n 10 "$3" >&2
    echo "it was asked to take the writes, and has not within 60 s" >&2
    if [ "$2" = 0/0 ]; then
        echo "    HINT: the request stands, and may come about yet: it asks the archive first; is that away?" \
            "then run this again: it goes on, or says what to edit" >&2
    else
        echo "    HINT: the end of its log stands above; the request is taken back next" >&2
    fi
    exit 1
fi
