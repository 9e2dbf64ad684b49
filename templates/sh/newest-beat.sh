# The newest heartbeat before a position in the log: `at=` its moment, or nothing.  $1: port  $2: the position
at=$(ask "$1" postgres -c "
    select to_char(max(at) at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.MS') || ' UTC'
    from pgsteward.heartbeat where lsn < '$2'" 2> /dev/null)
[ -n "$at" ] && echo "at=$at"
true
