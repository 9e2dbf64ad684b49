# What keeps standbys from counting as good: `slot=reason`, or `slot=` where one streams and has received what this
# primary had written when the look began.  $1: port  $2: seconds that they may take  then: their slots
port=$1 patience=$2
shift 2

since=$(ask "$port" postgres -c "select pg_current_wal_lsn()" 2> /dev/null)
if [ -z "$since" ]; then
    for slot in "$@"; do echo "$slot=has no primary that answers"; done
    exit 0
fi
names=$(printf "('%s')," "$@")
end=$(($(date +%s) + patience))
while :; do
    found=$(ask "$port" postgres -c "
        select name || '=' || case
            when state is null then 'is not connected'
            when state <> 'streaming' then 'does not stream: ' || state
            when flush_lsn is null or flush_lsn < '$since' then 'has not received ' || '$since'
            else '' end
        from (values ${names%,}) wanted (name)
        left join (select distinct on (application_name) * from pg_stat_replication order by application_name, flush_lsn desc)
            seen on application_name = name" 2> /dev/null)
    if ! printf '%s\n' "$found" | grep -q '=.' || [ "$(date +%s)" -ge "$end" ]; then break; fi
    sleep 0.2
done
printf '%s\n' "$found"
