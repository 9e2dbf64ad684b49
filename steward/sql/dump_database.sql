-- The database that is dumped, and where in the log its snapshot is. One row.
select
    pg_is_in_recovery() as standby,
    (select system_identifier::text from pg_control_system()) as system,
    case when pg_is_in_recovery() then greatest(
        (select timeline_id from pg_control_checkpoint()),
        (select min_recovery_end_timeline from pg_control_recovery()),
        (select received_tli from pg_stat_wal_receiver))
    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
    (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end)::text as lsn,
    current_setting('server_version') as server_version,
    pg_get_userbyid(d.datdba) as owner,
    pg_encoding_to_char(d.encoding) as encoding,
    d.datcollate as collation,
    -- which columns there are differs from one version to the next
    jsonb_strip_nulls(jsonb_build_object(
        'provider', coalesce(to_jsonb(d) ->> 'datlocprovider', 'c'),
        'collate', d.datcollate,
        'ctype', d.datctype,
        'locale', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
        'rules', to_jsonb(d) ->> 'daticurules')) as locale,
    pg_database_size(d.oid) as database_size,
    (select coalesce(jsonb_object_agg(extname, extversion), '{}') from pg_extension) as extensions,
    (select count(*) from pg_largeobject_metadata) as large_objects,
    (select coalesce(jsonb_agg(format('%s %I', conrelid::regclass, conname) order by conname), '[]')
     from pg_constraint where not convalidated) as unvalidated
from pg_database d
where d.datname = current_database()
