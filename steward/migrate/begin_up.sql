WITH ledger AS (
    INSERT INTO {ledger} (version, description, success, checksum, execution_time)
    VALUES (%(version)s, %(description)s, false, %(checksum)s, -1)
)
INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, operator, tool_version, statements,
     statements_done)
VALUES
    (%(run)s, 'up', %(version)s, %(description)s, %(checksum)s, 'running', %(started)s, %(operator)s, %(tool)s,
     %(statements)s, 0)
RETURNING id
