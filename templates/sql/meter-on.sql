-- What the outage meter writes into: a role and a table of its own, and nothing else.  PASSWORD: a verifier, never the password
begin;
drop schema if exists pgsteward_meter cascade;
do $$ begin
    if exists (select from pg_roles where rolname = 'pgsteward_meter') then
        drop owned by pgsteward_meter;
    else
        create role pgsteward_meter;
    end if;
end $$;
alter role pgsteward_meter login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
    connection limit 4 password PASSWORD;
create schema pgsteward_meter;
create table pgsteward_meter.write (number bigint primary key, at timestamptz not null default clock_timestamp());
grant connect on database postgres to pgsteward_meter;
grant usage on schema pgsteward_meter to pgsteward_meter;
grant select, insert on pgsteward_meter.write to pgsteward_meter;
commit;
