-- The number of this session's transaction. It grows by one with each, whoever begins it: a procedure's COMMIT, too.
SELECT pg_catalog.split_part(virtualtransaction, '/', 2)::bigint
FROM pg_catalog.pg_locks
WHERE locktype = 'virtualxid' AND pid = pg_catalog.pg_backend_pid()
