# Creates physical replication slots that keep WAL from now on, so that a copy begun later finds all it needs.
# One that has lost its WAL is of no use to anyone and is made anew.
# $1: port  then: their names
set -e
port=$1
shift
for slot in "$@"; do
    tell "$port" postgres -c "
        select pg_drop_replication_slot(slot_name) from pg_replication_slots
        where slot_name = '$slot' and wal_status = 'lost' and not active" > /dev/null
    tell "$port" postgres -c "select pg_create_physical_replication_slot('$slot', true)" > /dev/null
done
