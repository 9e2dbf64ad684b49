-- What has to be known before schemas are changed. One row.
select
    pg_is_in_recovery() as standby,
    coalesce((select extract(epoch from max(clock_timestamp() - xact_start))::float from pg_stat_activity
              where backend_type = 'client backend' and pid <> pg_backend_pid()), 0) as oldest,
    (select format('pid %s, %s in %s, %s', pid, usename, datname, left(query, 60)) from pg_stat_activity
     where backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null
     order by xact_start limit 1) as who,
    (select coalesce(json_object_agg(application_name, json_build_object(
        'state', state, 'seconds', extract(epoch from coalesce(flush_lag, '0'))::float)), '{}')
     from pg_stat_replication) as streaming
