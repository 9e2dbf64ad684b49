SELECT
    i.indexrelid AS oid,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
    quote_ident(n.nspname) || '.' || quote_ident(t.relname) AS table,
    quote_ident(c.relname) AS index,
    quote_ident(t.relname) AS bare_table,
    EXISTS (
        SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid OR p.relid = t.oid
    ) AS building
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast'
ORDER BY 2
