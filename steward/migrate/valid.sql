SELECT quote_ident(n.nspname) || '.' || quote_ident(t.relname), quote_ident(t.relname)
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE i.indisvalid AND c.relname = %(name)s
