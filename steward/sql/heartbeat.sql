-- The heartbeat as it stands now.  $1: seconds after which what was written must be in every repository
select
    extract(epoch from clock_timestamp() - max(at))::float as silence,
    (max(lsn) filter (where at < clock_timestamp() - make_interval(secs => %s)))::text as due
from pgsteward.heartbeat
