-- Nothing of the outage meter is left.
begin;
drop schema if exists pgsteward_meter cascade;
do $$ begin
    if exists (select from pg_roles where rolname = 'pgsteward_meter') then
        perform pg_terminate_backend(pid) from pg_stat_activity where usename = 'pgsteward_meter';
        drop owned by pgsteward_meter;
        drop role pgsteward_meter;
    end if;
end $$;
commit;
