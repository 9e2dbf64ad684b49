-- The heartbeats around a moment, and the newest.  $1: the moment, twice
-- A heartbeat is written just before it is committed: the last one before may have missed the moment, so the one
-- before that is asked for.
select
    (select at::text from pgsteward.heartbeat where at < %s::timestamptz order by at desc offset 1 limit 1) as before,
    (select min(at)::text from pgsteward.heartbeat where at > %s::timestamptz) as after,
    (select max(at)::text from pgsteward.heartbeat) as newest
