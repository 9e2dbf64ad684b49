SELECT schema, to_regclass(quote_ident(schema) || '._sqlx_migrations') IS NOT NULL AS there
FROM pgsteward.migration_ledger
