SELECT
    a.pid,
    coalesce(a.usename, '')::text AS role,
    coalesce(a.application_name, '') AS application,
    coalesce(a.state, '') AS state,
    coalesce(extract(epoch FROM clock_timestamp() - a.backend_start), 0)::float8 AS seconds,
    left(regexp_replace(coalesce(a.query, ''), '\s+', ' ', 'g'), 160) AS query
FROM pg_locks l
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = %(high)s::oid AND l.objid = %(low)s::oid
