SELECT
    a.pid,
    coalesce(a.usename, a.backend_type, '')::text AS role,
    coalesce(a.application_name, '') AS application,
    coalesce(a.state, '') AS state,
    coalesce(extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start)), 0)::float8 AS seconds,
    left(regexp_replace(coalesce(a.query, ''), '\s+', ' ', 'g'), 160) AS query
FROM unnest(pg_blocking_pids(%(pid)s)) AS blocker (pid)
JOIN pg_stat_activity a ON a.pid = blocker.pid
ORDER BY a.xact_start NULLS LAST, a.pid
