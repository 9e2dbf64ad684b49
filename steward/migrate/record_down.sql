-- Nothing, if this is not the backend that holds the lock: a pooler would be in between.
WITH ledger AS (
    DELETE FROM {ledger} WHERE version = %(version)s AND pg_catalog.pg_backend_pid() = %(pid)s
    RETURNING version
)
INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, ended_at, operator, tool_version, attempts,
     lock_wait_ms, blocked_by)
SELECT
    %(run)s, 'down', version, %(description)s, %(checksum)s, 'done', %(started)s, pg_catalog.clock_timestamp(),
    %(operator)s, %(tool)s, %(attempts)s, %(lock_wait_ms)s, %(blocked_by)s
FROM ledger
