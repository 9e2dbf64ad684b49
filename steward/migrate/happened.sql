SELECT action, version, outcome, coalesce(note, '') AS note FROM pgsteward.migration_runs ORDER BY id
