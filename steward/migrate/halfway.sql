SELECT DISTINCT ON (version)
    id, version, action, checksum, coalesce(statements, 0) AS statements, coalesce(statements_done, 0) AS done,
    statement_begun AS begun, prefix_digest AS prefix, coalesce(invalid_before, '{}') AS invalid_before,
    coalesce(note, '') AS note
FROM pgsteward.migration_runs
WHERE version = ANY (%(versions)s) AND statements IS NOT NULL AND outcome <> 'done'
ORDER BY version, id DESC
