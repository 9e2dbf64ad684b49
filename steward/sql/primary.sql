-- How a primary's log stands. One row.
select
    (select system_identifier::text from pg_control_system()) as system,
    ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int as timeline,
    pg_current_wal_lsn()::text as position,
    (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment_size,
    (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') as waiting,
    (select coalesce(last_failed_wal, '') from pg_stat_archiver
     where last_failed_time > coalesce(last_archived_time, '-infinity')) as failing,
    (select coalesce(sum(checksum_failures), 0)::bigint from pg_stat_database) as page_errors,
    (select coalesce(json_object_agg(application_name, json_build_object(
        'state', state, 'sync', sync_state,
        'bytes', pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint,
        'seconds', extract(epoch from coalesce(replay_lag, '0'))::float)), '{}')
     from pg_stat_replication) as streaming,
    to_regclass('pgsteward.heartbeat') is not null as heartbeat
