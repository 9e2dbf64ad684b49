# A standby keeps no WAL for those that follow another primary now.  $1: port  then: their slots
port=$1
shift
for slot in "$@"; do
    tell "$port" postgres -c "
        select pg_drop_replication_slot(slot_name) from pg_replication_slots
        where slot_name = '$slot' and not active and pg_is_in_recovery()" > /dev/null || exit 1
done
