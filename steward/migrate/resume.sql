INSERT INTO pgsteward.migration_runs
    (run, action, version, description, checksum, outcome, started_at, operator, tool_version, statements,
     statements_done, statement_begun, prefix_digest, invalid_before, note)
VALUES
    (%(run)s, %(action)s, %(version)s, %(description)s, %(checksum)s, 'running', %(started)s, %(operator)s, %(tool)s,
     %(statements)s, %(done)s, %(begun)s, %(prefix)s, %(invalid)s::bigint[]::oid[], %(note)s)
RETURNING id
