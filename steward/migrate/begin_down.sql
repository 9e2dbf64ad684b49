WITH ledger AS (
    UPDATE {ledger} SET success = false WHERE version = %(version)s
)
INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, operator, tool_version, statements,
     statements_done)
VALUES
    (%(run)s, 'down', %(version)s, %(description)s, %(checksum)s, 'running', %(started)s, %(operator)s, %(tool)s,
     %(statements)s, 0)
RETURNING id
