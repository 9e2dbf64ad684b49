SELECT n.nspname::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname = '_sqlx_migrations' AND c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'
ORDER BY 1
