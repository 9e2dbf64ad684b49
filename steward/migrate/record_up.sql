-- Fails by its NOT NULL if the ledger has nothing to change, or if this is not the backend that holds the lock.
WITH ledger AS (
    INSERT INTO {ledger} (version, description, success, checksum, execution_time)
    SELECT %(version)s, %(description)s, true, %(checksum)s, %(nanoseconds)s
    WHERE pg_catalog.pg_backend_pid() = %(pid)s
    RETURNING description
)
INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, ended_at, operator, tool_version, attempts,
     lock_wait_ms, blocked_by)
VALUES (
    %(run)s, 'up', %(version)s, (SELECT description FROM ledger), %(checksum)s, 'done', %(started)s,
    pg_catalog.clock_timestamp(), %(operator)s, %(tool)s, %(attempts)s, %(lock_wait_ms)s, %(blocked_by)s
)
