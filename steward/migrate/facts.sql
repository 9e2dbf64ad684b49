SELECT
    current_database() AS database,
    session_user::text AS session_role,
    current_user::text AS acting_role,
    pg_backend_pid() AS pid,
    pg_is_in_recovery() AS standby,
    current_setting('server_version_num')::integer AS server_version,
    (SELECT n.nspname || '' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass('_sqlx_migrations')) AS path_schema,
    to_regclass('pgsteward.migration_runs') IS NOT NULL AS has_history,
    to_regclass('pgsteward.migration_ledger') IS NOT NULL AS has_place,
    (current_schemas(false))[1]::text AS first_schema
