-- What the heartbeat needs before its first row.
create schema if not exists pgsteward;
comment on schema pgsteward is 'pgsteward''s own';
create table if not exists pgsteward.heartbeat (
    at timestamptz primary key,
    lsn pg_lsn not null
);
comment on table pgsteward.heartbeat is 'a row each second, replicated and archived like all data: after a recovery its newest row says what was lost';
grant usage on schema pgsteward to pg_monitor;
grant select on pgsteward.heartbeat to pg_monitor;
