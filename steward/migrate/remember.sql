INSERT INTO pgsteward.migration_ledger (schema) VALUES (%(schema)s)
ON CONFLICT (singleton) DO UPDATE SET schema = excluded.schema
