WITH ledger AS (
    UPDATE {ledger} SET success = true, checksum = %(checksum)s, execution_time = %(nanoseconds)s
    WHERE version = %(version)s
)
UPDATE pgsteward.migration_runs SET outcome = 'done', ended_at = clock_timestamp(), statement_begun = NULL
WHERE id = %(id)s
