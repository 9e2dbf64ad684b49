WITH ledger AS (
    DELETE FROM {ledger} WHERE version = %(version)s
)
UPDATE pgsteward.migration_runs SET outcome = 'done', ended_at = clock_timestamp(), statement_begun = NULL
WHERE id = %(id)s
