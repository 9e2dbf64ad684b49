-- no-transaction
-- pgsteward: allow prefer-robust-stmts because "if not exists" is content with the INVALID index of a failed attempt
-- Search for a part of a name. Trigram indexes take their time, so this one is made beside the running application,
-- which PostgreSQL does in no transaction, and in a file with no other statement.
-- Needs the extension pg_trgm, which the environment declares.
create index concurrently idx_items_name_trgm on items using gin (name gin_trgm_ops);
