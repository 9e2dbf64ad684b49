-- What the choice of who takes a dump needs before its first row.
create schema if not exists pgsteward;
comment on schema pgsteward is 'pgsteward''s own';
create table if not exists pgsteward.dump_order (
    job text primary key,
    node text not null,
    at timestamptz not null
);
comment on table pgsteward.dump_order is 'which server the primary has chosen to take a scheduled dump, and when; replicated, so that a standby hears of it'
