UPDATE pgsteward.migration_runs SET outcome = 'failed', ended_at = clock_timestamp(), note = %(note)s
WHERE id = %(id)s
