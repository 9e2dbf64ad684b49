-- Nothing, if this is not the backend that holds the lock: a pooler would be in between.
WITH ledger AS (
    INSERT INTO {ledger} (version, description, success, checksum, execution_time)
    SELECT %(version)s, %(description)s, true, %(checksum)s, %(nanoseconds)s
    WHERE pg_catalog.pg_backend_pid() = %(pid)s
    RETURNING version
)
INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, ended_at, operator, tool_version, attempts,
     lock_wait_ms, blocked_by)
SELECT
    %(run)s, 'up', version, %(description)s, %(checksum)s, 'done', %(started)s, pg_catalog.clock_timestamp(),
    %(operator)s, %(tool)s, %(attempts)s, %(lock_wait_ms)s, %(blocked_by)s
FROM ledger
