-- How one server stands: what it runs as, what waits, who follows. One row, one JSON document.
with files as (
    select sourcefile as path from pg_file_settings
    union select current_setting('hba_file')
    union select current_setting('ssl_cert_file') where current_setting('ssl') = 'on'
), wanted as (
    select max((pg_stat_file(path, true)).modification) as changed from files where path is not null
)
select json_build_object(
    'version', current_setting('server_version_num')::int,
    'recovery', pg_is_in_recovery(),
    'lsn', case when pg_is_in_recovery() then null else pg_current_wal_lsn()::text end,
    'timeline', case when pg_is_in_recovery()
        then greatest(
            (select timeline_id from pg_control_checkpoint()), (select min_recovery_end_timeline from pg_control_recovery()),
            (select received_tli from pg_stat_wal_receiver limit 1))
        else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end,
    'received', case when pg_is_in_recovery()
        then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text end,
    -- Streaming is asked for when its own log and the archive's are replayed, and has a position from then on.
    'settled', not pg_is_in_recovery() or pg_last_wal_receive_lsn() is not null,
    'stale', (select coalesce(changed, '-infinity') > pg_conf_load_time() from wanted),
    'pending_restart', (select coalesce(json_agg(name order by name), '[]') from pg_settings where pending_restart),
    'recovery_compared', (
        select json_object_agg(name, setting::int) from pg_settings
        where name in ('max_connections', 'max_worker_processes', 'max_wal_senders',
                       'max_prepared_transactions', 'max_locks_per_transaction')),
    'slots', (select coalesce(json_object_agg(slot_name, wal_status), '{}') from pg_replication_slots),
    'receiver', (select json_build_object('status', status, 'slot', slot_name, 'host', sender_host)
                 from pg_stat_wal_receiver limit 1),
    'standbys', (
        select coalesce(json_agg(json_build_object(
            'application', application_name, 'state', state, 'sync', sync_state,
            'sent', sent_lsn::text, 'flushed', flush_lsn::text)), '[]')
        from pg_stat_replication)
)::text;
