-- The heartbeats around a position in the log, and the newest.  $1: the position, twice
-- A heartbeat's record follows the position that it holds: the last one before may lie behind it, so the one before
-- that is asked for.
select
    (select at::text from pgsteward.heartbeat where lsn < %s::pg_lsn order by at desc offset 1 limit 1) as before,
    (select min(at)::text from pgsteward.heartbeat where lsn > %s::pg_lsn) as after,
    (select max(at)::text from pgsteward.heartbeat) as newest
