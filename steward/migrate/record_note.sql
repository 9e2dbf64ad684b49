INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, ended_at, operator, tool_version, attempts,
     lock_wait_ms, blocked_by, note)
VALUES
    (%(run)s, %(action)s, %(version)s, %(description)s, %(checksum)s, %(outcome)s, %(started)s,
     pg_catalog.clock_timestamp(), %(operator)s, %(tool)s, %(attempts)s, %(lock_wait_ms)s, %(blocked_by)s, %(note)s)
