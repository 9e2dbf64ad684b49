UPDATE pgsteward.migration_runs
SET statements_done = %(done)s, statement_begun = %(begun)s, prefix_digest = %(prefix)s, invalid_before = %(invalid)s::bigint[]::oid[],
    attempts = %(attempts)s, lock_wait_ms = %(lock_wait_ms)s, blocked_by = %(blocked_by)s
WHERE id = %(id)s
